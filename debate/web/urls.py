"""The addresses of the pages."""

from django.urls import path

from debate.web import (
    cruxes,
    debates,
    downloads,
    drafts,
    events,
    exports,
    feeds,
    following,
    imports,
    invitations,
    leaving,
    live,
    mails,
    marks,
    moderation,
    notifications,
    participations,
    people,
    points,
    reliances,
    replies,
    revisions,
    search,
    settings,
    site,
    statements,
    suspensions,
    threads,
    topics,
    turns,
)

app_name = "debate"

urlpatterns = [
    # ---- debates
    path("", debates.home, name="home-detail"),
    path("d/", debates.index, name="debate-list"),
    path("d/new/", debates.create, name="debate-create"),
    path("d/<slug:slug>/", threads.detail, name="debate-detail"),
    path("d/<slug:slug>/settings/", settings.change, name="debate-change"),
    path("d/<slug:slug>/state/", settings.set_state, name="debate-set-state"),
    path("d/<slug:slug>/visit/", threads.visit, name="debate-visit"),
    path("d/<slug:slug>/exchange/", turns.exchange, name="exchange-detail"),
    path("d/<slug:slug>/open/", points.open_points, name="open-list"),
    path("d/<slug:slug>/history/", events.history, name="event-list"),
    # ---- files
    path("d/<slug:slug>/downloads/", downloads.index, name="download-list"),
    path("d/<slug:slug>/downloads/<slug:form>/", downloads.detail, name="download-detail"),
    path("d/<slug:slug>/downloads/<slug:form>/losses/", downloads.losses, name="loss-list"),
    path("imports/", imports.create, name="import-create"),
    path("imports/<int:pk>/", imports.detail, name="import-detail"),
    path("imports/<int:pk>/choices/", imports.change, name="import-change"),
    path("imports/<int:pk>/confirmation/", imports.confirm, name="import-confirm"),
    path("imports/<int:pk>/removal/", imports.discard, name="import-discard"),
    # ---- search
    path("search/", search.found, name="search-list"),
    # ---- topics
    path("topics/", topics.index, name="topic-list"),
    path("topics/<str:topic>/", topics.detail, name="topic-detail"),
    # ---- people of a debate
    path("d/<slug:slug>/people/", participations.people, name="participation-list"),
    path("d/<slug:slug>/people/new/", participations.add, name="participation-add"),
    path(
        "d/<slug:slug>/people/<slug:username>/role/",
        participations.change,
        name="participation-change",
    ),
    path(
        "d/<slug:slug>/people/<slug:username>/removal/",
        participations.remove,
        name="participation-remove",
    ),
    path("d/<slug:slug>/suspensions/new/", suspensions.create, name="suspension-create"),
    path("d/<slug:slug>/suspensions/<slug:username>/end/", suspensions.end, name="suspension-end"),
    path("d/<slug:slug>/invitations/new/", invitations.create, name="invitation-create"),
    path(
        "d/<slug:slug>/invitations/<int:pk>/revocation/",
        invitations.revoke,
        name="invitation-revoke",
    ),
    path("join/<str:token>/", invitations.detail, name="invitation-detail"),
    path("join/<str:token>/entry/", invitations.join, name="invitation-join"),
    # ---- following
    path("inbox/", notifications.inbox, name="notification-list"),
    path("inbox/read/", notifications.read, name="notification-read"),
    path("following/", following.followed, name="following-list"),
    path("d/<slug:slug>/following/", following.debate, name="debate-follow"),
    path("s/<int:pk>/following/", following.statement, name="statement-follow"),
    path("u/<slug:username>/following/", following.person, name="person-follow"),
    path("accounts/mails/", mails.choose, name="mail-choose"),
    path("mails/<str:token>/", mails.unsubscription, name="unsubscription-detail"),
    # ---- feeds
    path("d/<slug:slug>/feed/", feeds.of_debate, name="debate-feed-detail"),
    path("s/<int:pk>/feed/", feeds.of_statement, name="statement-feed-detail"),
    path("u/<slug:username>/feed/", feeds.of_person, name="person-feed-detail"),
    # ---- live
    path("d/<slug:slug>/live/", live.live, name="live-detail"),
    path("d/<slug:slug>/changes/", live.changed, name="change-list"),
    path("d/<slug:slug>/rows/", live.rows, name="row-list"),
    # ---- drafts
    path("d/<slug:slug>/turn/", drafts.turn, name="turn-publish"),
    # ---- cruxes
    path("d/<slug:slug>/cruxes/new/", cruxes.create, name="crux-create"),
    path("s/<int:pk>/drop/", cruxes.drop, name="crux-drop"),
    path("s/<int:pk>/resumption/", cruxes.take_up, name="crux-take-up"),
    # ---- statements
    path("s/<int:pk>/", statements.detail, name="statement-detail"),
    path("s/<int:pk>/reply/", replies.reply, name="statement-reply"),
    path("s/<int:pk>/points/", drafts.keep, name="point-keep"),
    path("s/<int:pk>/edit/", statements.edit, name="statement-edit"),
    path("s/<int:pk>/revisions/<int:number>/", revisions.detail, name="revision-detail"),
    path("s/<int:pk>/name/", settings.rename, name="statement-rename"),
    path("s/<int:pk>/withdrawal/", statements.withdraw, name="statement-withdraw"),
    path("s/<int:pk>/report/", statements.report, name="statement-report"),
    path("s/<int:pk>/hiding/", moderation.hide, name="statement-hide"),
    path("s/<int:pk>/restoration/", moderation.restore, name="statement-restore"),
    # ---- marks
    path("s/<int:pk>/mark/", marks.mark, name="statement-mark"),
    path("s/<int:pk>/mark/undo/", marks.undo, name="mark-undo"),
    path("s/<int:pk>/mark/confirmation/", marks.confirm, name="mark-confirm"),
    path("s/<int:pk>/mark/because/", marks.explain, name="mark-explain"),
    path("s/<int:pk>/marks/", marks.by_side, name="statement-marks"),
    path("marks/", marks.own, name="mark-list"),
    # ---- reliances
    path("s/<int:pk>/reliance/", reliances.rely, name="statement-rely"),
    path("s/<int:pk>/release/", reliances.release, name="statement-release"),
    # ---- people
    path("u/<slug:username>/", people.detail, name="person-detail"),
    path("u/<slug:username>/debates/", people.debates, name="person-debates"),
    path("u/<slug:username>/open/", people.waiting, name="person-open"),
    path("u/<slug:username>/minds/", people.minds, name="person-minds"),
    path("u/<slug:username>/changes/", people.changes, name="person-changes"),
    # ---- one's own data
    path("accounts/export/", exports.start, name="export-start"),
    path("accounts/export/<slug:form>/", exports.detail, name="export-detail"),
    path("accounts/deletion/", leaving.leave, name="account-leave"),
    path("accounts/deletion/done/", leaving.left, name="leaving-detail"),
    # ---- the site itself
    path("help/", site.help_page, name="help-detail"),
    path("about/", site.about, name="about-detail"),
    path("terms/", site.terms, name="terms-detail"),
    path("privacy/", site.privacy, name="privacy-detail"),
    # ---- moderation
    path("moderation/", moderation.log, name="moderation-log"),
]
