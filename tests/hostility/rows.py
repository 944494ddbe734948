"""The world of the rights' tests, with a row in every table that holds what people typed."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from accounts.models import User
from debate.actions import debates
from debate.models import Statement
from debate.models.topics import Topic
from tests import factories
from tests.rights import world
from tests.rights.world import World


def build() -> World:
    """Make it."""
    there = world.build()
    place = there.places["public"]
    author = User.objects.get(username="author")
    moderator = User.objects.get(username="moderator")
    for person in User.objects.filter(username__in=("author", "facilitator", "moderator")):
        factories.RenameFactory.create(account=person)
        factories.SavedFilterFactory.create(owner=person)
        factories.WebhookFactory.create(account=person)
        factories.ImportFactory.create(person=person)
        EmailAddress.objects.create(user=person, email=person.email, primary=True)
        SocialAccount.objects.create(user=person, provider="openid", uid=person.username)
        session = Session.objects.get(pk=there.who[person.username].session)
        UserSession.objects.create(
            user=person, session_key=session.pk, ip="127.0.0.1", user_agent="x", data={}
        )
        key = {"name": "x", "credential": passkey()}
        Authenticator.objects.create(user=person, type="webauthn", data=key)
    factories.ImportFactory.create(person=author, state="failed", error={"why": "x"})
    factories.QuotationFactory.create(statement=place.position)
    quotation = factories.QuotationFactory.create(statement=place.position)
    Statement.objects.filter(pk=place.claim.pk).update(quotation=quotation)
    factories.HeldFactory.create(author=author, debate=place.debate, reason="So.")
    edit = factories.HeldFactory.create(author=author, debate=place.debate, point=None)
    factories.HeldPointFactory.create(held=edit, edits=place.claim, revision=1, note="So.")
    opens = {**debates.PLAIN, "question": "So?"}
    debate = factories.HeldFactory.create(author=author, debate=None, opens=opens, point=None)
    factories.HeldPointFactory.create(held=debate, parent=None, kind="position", name="So")
    factories.SuspensionFactory.create(debate=place.debate, person=author)
    factories.ReportFactory.create(statement=place.claim, reporter=author, note="So.")
    decided = {"decided_by": moderator, "decided_at": timezone.now()}
    factories.ProposalFactory.create(
        debate=place.debate, author=author, state="refused", decision="So.", **decided
    )
    place.proposal = factories.ProposalFactory.create(debate=place.debate, author=author)
    started = place.debate.events.earliest("number")
    factories.RewordingFactory.create(event=started)
    factories.PersonNoteFactory.create(person=author, author=moderator)
    factories.AnalysisFactory.create(debate=place.debate)
    factories.ApiTokenFactory.create(user=moderator)
    factories.ExportPartFactory.create()
    Topic.objects.update(description="x")
    LogEntry.objects.create(
        user=moderator,
        content_type=ContentType.objects.get_for_model(Topic),
        object_id=str(there.rows["debate_topic"]),
        object_repr="x",
        action_flag=CHANGE,
        change_message="x",
    )
    return there


def passkey() -> dict[str, Any]:
    """What a browser tells of a passkey that it has made."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    known = AttestedCredentialData.create(b"\0" * 16, b"one", key)
    data = AuthenticatorData.create(sha256(b"localhost"), AuthenticatorData.FLAG(0x45), 0, known)
    client = CollectedClientData.create("webauthn.create", b"x", "http://localhost")
    made = AttestationObject.create("none", data, {})
    told = {
        "clientDataJSON": websafe_encode(client),
        "attestationObject": websafe_encode(made),
    }
    name = websafe_encode(b"one")
    more = {"credProps": {"rk": True}}
    return {
        **{"id": name, "rawId": name, "type": "public-key"},
        **{"response": told, "clientExtensionResults": more},
    }
