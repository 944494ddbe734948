"""The addresses of the API, under /api/v1/. Verbs of one address share it: the method tells."""

from django.urls import path, re_path

from debate.api import (
    acts,
    analysis,
    bots,
    cruxes,
    debates,
    downloads,
    drafts,
    errors,
    events,
    exports,
    following,
    holding,
    imports,
    invitations,
    ledger,
    links,
    log,
    maps,
    marks,
    moderation,
    notifications,
    participations,
    people,
    points,
    proposals,
    queue,
    reliances,
    revisions,
    schema,
    search,
    sitewide,
    statements,
    topics,
    turns,
    visits,
    webhooks,
    whys,
)

app_name = "api"

all_links = invitations.Invitations.as_view()
all_people = participations.Participations.as_view()
site_suspensions = sitewide.SiteSuspensions.as_view()
one_person = participations.OneParticipation.as_view()
suspensions = participations.Suspensions.as_view()
of_debate = following.OfDebate.as_view()
of_statement = following.OfStatement.as_view()
of_person = following.OfPerson.as_view()
one_proposal = proposals.OneProposal.as_view()
of_proposals = proposals.Proposals.as_view()
one_point = drafts.OnePoint.as_view()
one_statement = statements.OneStatement.as_view()

urlpatterns = [
    # ---- debates
    path("debates/", debates.Debates.as_view(), name="debate-list"),
    path("debates/", debates.Debates.as_view(), name="debate-create"),
    path("debates/<slug:slug>/", debates.OneDebate.as_view(), name="debate-detail"),
    path("debates/<slug:slug>/", debates.OneDebate.as_view(), name="debate-change"),
    path("debates/<slug:slug>/state/", debates.StateOf.as_view(), name="debate-set-state"),
    path(
        "debates/<slug:slug>/statements/", statements.Statements.as_view(), name="statement-list"
    ),
    path("debates/<slug:slug>/turns/", turns.Turns.as_view(), name="turn-list"),
    path("debates/<slug:slug>/turns/", turns.Turns.as_view(), name="turn-publish"),
    path("debates/<slug:slug>/points/", drafts.Points.as_view(), name="point-list"),
    path("debates/<slug:slug>/points/<slug:key>/", one_point, name="point-keep"),
    path("debates/<slug:slug>/points/<slug:key>/", one_point, name="point-drop"),
    path("debates/<slug:slug>/open/", points.OpenPoints.as_view(), name="open-list"),
    path("debates/<slug:slug>/events/", events.Events.as_view(), name="event-list"),
    path("events/", events.AllEvents.as_view(), name="everything-list"),
    path("debates/<slug:slug>/analysis/", analysis.OneAnalysis.as_view(), name="analysis-detail"),
    path("debates/<slug:slug>/analysis/course/", analysis.Course.as_view(), name="course-detail"),
    path("debates/<slug:slug>/you/", analysis.Yours.as_view(), name="you-detail"),
    path("debates/<slug:slug>/map/", maps.OneMap.as_view(), name="map-detail"),
    path("debates/<slug:slug>/cruxes/", cruxes.Cruxes.as_view(), name="crux-list"),
    path("debates/<slug:slug>/cruxes/", cruxes.Cruxes.as_view(), name="crux-create"),
    path("statements/<int:pk>/drop/", cruxes.OneDrop.as_view(), name="crux-drop"),
    path("statements/<int:pk>/drop/", cruxes.OneDrop.as_view(), name="crux-take-up"),
    # ---- proposals
    path("debates/<slug:slug>/proposals/", of_proposals, name="proposal-list"),
    path("debates/<slug:slug>/proposals/", of_proposals, name="proposal-create"),
    path("proposals/<int:pk>/", one_proposal, name="proposal-detail"),
    path("proposals/<int:pk>/", one_proposal, name="proposal-withdraw"),
    path("proposals/<int:pk>/acceptance/", proposals.Acceptance.as_view(), name="proposal-accept"),
    path("proposals/<int:pk>/refusal/", proposals.Refusal.as_view(), name="proposal-refuse"),
    # ---- files
    path("debates/<slug:slug>/downloads/", downloads.Downloads.as_view(), name="download-list"),
    path(
        "debates/<slug:slug>/downloads/<slug:form>/",
        downloads.OneDownload.as_view(),
        name="download-detail",
    ),
    path(
        "debates/<slug:slug>/downloads/<slug:form>/losses/",
        downloads.Losses.as_view(),
        name="loss-list",
    ),
    path("imports/", imports.Imports.as_view(), name="import-list"),
    path("imports/", imports.Imports.as_view(), name="import-create"),
    path("imports/<int:pk>/", imports.OneImport.as_view(), name="import-detail"),
    path("imports/<int:pk>/", imports.OneImport.as_view(), name="import-change"),
    path("imports/<int:pk>/", imports.OneImport.as_view(), name="import-discard"),
    path("imports/<int:pk>/confirmation/", imports.Confirmation.as_view(), name="import-confirm"),
    # ---- search
    path("search/", search.Search.as_view(), name="search-list"),
    # ---- topics
    path("topics/", topics.Topics.as_view(), name="topic-list"),
    path("topics/<str:topic>/", topics.OneTopic.as_view(), name="topic-detail"),
    # ---- people of a debate
    path("debates/<slug:slug>/people/", all_people, name="participation-list"),
    path("debates/<slug:slug>/people/", all_people, name="participation-add"),
    path("debates/<slug:slug>/people/<slug:username>/", one_person, name="participation-change"),
    path("debates/<slug:slug>/people/<slug:username>/", one_person, name="participation-remove"),
    path("debates/<slug:slug>/suspensions/", suspensions, name="suspension-list"),
    path("debates/<slug:slug>/suspensions/", suspensions, name="suspension-create"),
    path(
        "debates/<slug:slug>/suspensions/<slug:username>/",
        participations.OneSuspension.as_view(),
        name="suspension-end",
    ),
    path("debates/<slug:slug>/invitations/", all_links, name="invitation-list"),
    path("debates/<slug:slug>/invitations/", all_links, name="invitation-create"),
    path(
        "debates/<slug:slug>/invitations/<int:pk>/",
        invitations.OneInvitation.as_view(),
        name="invitation-revoke",
    ),
    path("invitations/<str:token>/", invitations.Offer.as_view(), name="invitation-detail"),
    path("invitations/<str:token>/", invitations.Offer.as_view(), name="invitation-join"),
    # ---- visits
    path("debates/<slug:slug>/visit/", visits.OwnVisit.as_view(), name="visit-detail"),
    path("debates/<slug:slug>/visit/", visits.OwnVisit.as_view(), name="debate-visit"),
    # ---- statements
    path("statements/<int:pk>/", one_statement, name="statement-detail"),
    path("statements/<int:pk>/", one_statement, name="statement-edit"),
    path("statements/<int:pk>/", one_statement, name="statement-withdraw"),
    path("statements/<int:pk>/why/", whys.Why.as_view(), name="why-detail"),
    path("statements/<int:pk>/what-if/", whys.WhatIf.as_view(), name="what-if-detail"),
    path("statements/<int:pk>/name/", statements.Name.as_view(), name="statement-rename"),
    path("statements/<int:pk>/replies/", statements.Replies.as_view(), name="statement-reply"),
    path(
        "statements/<int:pk>/revisions/",
        revisions.Revisions.as_view(),
        name="statement-revisions",
    ),
    path(
        "statements/<int:pk>/revisions/<int:number>/",
        revisions.OneRevision.as_view(),
        name="revision-detail",
    ),
    # ---- marks
    path("statements/<int:pk>/mark/", marks.OwnMark.as_view(), name="statement-mark"),
    path("statements/<int:pk>/mark/undo/", marks.Undo.as_view(), name="mark-undo"),
    path("statements/<int:pk>/mark/confirmation/", marks.Confirm.as_view(), name="mark-confirm"),
    path("statements/<int:pk>/mark/because/", marks.Explain.as_view(), name="mark-explain"),
    path("statements/<int:pk>/marks/", marks.MarksOf.as_view(), name="statement-marks"),
    path("me/marks/", marks.OwnMarks.as_view(), name="mark-list"),
    # ---- reliances
    path("statements/<int:pk>/reliances/", reliances.Reliances.as_view(), name="reliance-list"),
    path("statements/<int:pk>/reliance/", reliances.OwnReliance.as_view(), name="statement-rely"),
    path(
        "statements/<int:pk>/reliance/", reliances.OwnReliance.as_view(), name="statement-release"
    ),
    # ---- how statements hang together
    path("statements/<int:pk>/kind/", acts.Kinds.as_view(), name="statement-retype"),
    path("statements/<int:pk>/splits/", acts.Splits.as_view(), name="statement-split"),
    path("statements/<int:pk>/moves/", acts.Moves.as_view(), name="statement-move"),
    path("statements/<int:pk>/links/", links.Links.as_view(), name="link-list"),
    path("statements/<int:pk>/links/", links.Links.as_view(), name="statement-link"),
    path("statements/<int:pk>/merges/", acts.Merges.as_view(), name="statement-merge"),
    path("statements/<int:pk>/locks/", acts.Locks.as_view(), name="statement-lock"),
    path("debates/<slug:slug>/locks/", acts.DebateLocks.as_view(), name="debate-lock"),
    path("links/<int:pk>/removal/", links.Removals.as_view(), name="link-remove"),
    path("acts/<int:pk>/", acts.Acts.as_view(), name="act-detail"),
    path("acts/<int:pk>/undoing/", acts.Undoings.as_view(), name="act-undo"),
    path("acts/<int:pk>/appeal/", acts.Appeals.as_view(), name="act-appeal"),
    path("acts/<int:pk>/decision/", acts.Decisions.as_view(), name="appeal-decide"),
    # ---- moderation
    path("statements/<int:pk>/reports/", moderation.Reports.as_view(), name="statement-report"),
    path("statements/<int:pk>/hiding/", moderation.Hiding.as_view(), name="statement-hide"),
    path("statements/<int:pk>/hiding/", moderation.Hiding.as_view(), name="statement-restore"),
    # ---- the queue
    path("moderation/log/", log.Log.as_view(), name="moderation-log"),
    path("moderation/queue/", queue.Queue.as_view(), name="queue-list"),
    path(
        "moderation/queue/<slug:kind>/<int:pk>/decision/",
        queue.Decision.as_view(),
        name="queue-decide",
    ),
    path("me/reports/", moderation.OwnReports.as_view(), name="report-list"),
    # ---- what waits for a moderator
    path("me/waiting/", holding.Waiting.as_view(), name="held-list"),
    path("me/waiting/<int:pk>/", holding.OneHeld.as_view(), name="held-withdraw"),
    # ---- people
    path("people/<slug:username>/", people.Person.as_view(), name="person-detail"),
    path("people/<slug:username>/suspension/", site_suspensions, name="person-suspend"),
    path("people/<slug:username>/statements/", people.Said.as_view(), name="person-statements"),
    path("people/<slug:username>/debates/", ledger.Debates.as_view(), name="person-debates"),
    path("people/<slug:username>/open/", ledger.Waiting.as_view(), name="person-open"),
    path("people/<slug:username>/minds/", ledger.Minds.as_view(), name="person-minds"),
    path("people/<slug:username>/changes/", ledger.Changes.as_view(), name="person-changes"),
    # ---- oneself
    path("me/", people.Me.as_view(), name="me"),
    path("me/", people.Me.as_view(), name="tastes"),
    path("me/", people.Me.as_view(), name="account-leave"),
    path("me/bots/", bots.OwnBots.as_view(), name="bot-list"),
    path("me/bots/<slug:username>/", bots.OwnBot.as_view(), name="bot-change"),
    path("me/export/", exports.OwnExport.as_view(), name="export-detail"),
    path("me/export/", exports.OwnExport.as_view(), name="export-start"),
    path("me/export/<slug:form>/", exports.OneFile.as_view(), name="export-file"),
    # ---- following, and what one is told
    path("following/", following.Followings.as_view(), name="following-list"),
    path("following/debates/<slug:slug>/", of_debate, name="debate-follow"),
    path("following/statements/<int:pk>/", of_statement, name="statement-follow"),
    path("following/people/<slug:username>/", of_person, name="person-follow"),
    path("notifications/", notifications.Inbox.as_view(), name="notification-list"),
    path("notifications/read/", notifications.Read.as_view(), name="notification-read"),
    path("me/mails/", notifications.Mails.as_view(), name="mail-choose"),
    # ---- webhooks
    path("webhooks/", webhooks.Webhooks.as_view(), name="webhook-list"),
    path("webhooks/", webhooks.Webhooks.as_view(), name="webhook-create"),
    path("webhooks/<int:pk>/", webhooks.OneWebhook.as_view(), name="webhook-detail"),
    path("webhooks/<int:pk>/", webhooks.OneWebhook.as_view(), name="webhook-change"),
    path("webhooks/<int:pk>/switch/", webhooks.Switch.as_view(), name="webhook-switch"),
    path("webhooks/<int:pk>/", webhooks.OneWebhook.as_view(), name="webhook-remove"),
    path("webhooks/<int:pk>/key/", webhooks.Key.as_view(), name="webhook-renew-key"),
    path("webhooks/<int:pk>/deliveries/", webhooks.Deliveries.as_view(), name="delivery-list"),
    path("webhooks/<int:pk>/deliveries/", webhooks.Deliveries.as_view(), name="webhook-test"),
    path(
        "webhooks/<int:pk>/deliveries/<int:delivery>/replay/",
        webhooks.Replay.as_view(),
        name="delivery-replay",
    ),
    # ---- about the API
    path("schema/", schema.Schema.as_view(), name="schema"),
    path("docs/", schema.Docs.as_view(), name="docs"),
    re_path(r"^(?P<rest>(?s:.*))\Z", errors.nowhere, name="nowhere"),
]
