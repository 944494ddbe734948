from django.http import HttpRequest, HttpResponse


def log(request: HttpRequest) -> HttpResponse:
    """Placeholder while the page is being written."""
    return HttpResponse("log")
