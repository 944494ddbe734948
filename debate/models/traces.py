"""Tables with text that belong to nobody, and why no name stays in them."""

from __future__ import annotations

TRACES = {
    "accounts.FormerName": "keyed hashes of names that were left behind: they stay",
    "accounts.Mail": "sealed, and gone once they are sent",
    "accounts.Spent": "keys are hashed, and go when their time is over",
    "sessions.Session": "those of the person, or with their mail or name in them, are removed",
    "debate.Analysis": "labels, ids and numbers: no names or words",
    "debate.AnalysisPoint": "labels and numbers: no names or words",
    "debate.Link": "ids and kinds, set by those whose acts say why",
    "debate.JobFailure": "an error that has their mail or name in it is replaced",
    "debate.SearchWord": "words of public debates, without whose they are; worked out anew hourly",
    "debate.Precautions": "settings of the site",
    "debate.ReasonTemplate": "reasons that moderators choose from",
    "debate.WatchedWord": "words that are held or refused",
    "debate.Topic": "names of what debates are about",
    "debate.Quotation": "words of a statement: not shown where it is withdrawn",
    "procrastinate.ProcrastinateJob": "arguments are ids, never names or mails",
    "procrastinate.ProcrastinateEvent": "kinds of events of jobs",
    "procrastinate.ProcrastinatePeriodicDefer": "names of jobs",
    "auth.Group": "names of groups",
    "auth.Permission": "names of rights",
    "contenttypes.ContentType": "names of tables",
    "socialaccount.SocialApp": "providers that the site knows",
}
