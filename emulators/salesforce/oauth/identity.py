"""Who the holder of a token is, in the two shapes Salesforce tells it."""

import base64
import hashlib
import hmac
from typing import Any

from emulators.salesforce.org import Org
from emulators.salesforce.security.users import OrgUser


def identity_url(org: Org, user_id: str, instance_url: str) -> str:
    """The `id` of a token answer."""
    return f"{instance_url}/id/{org.org_id}/{user_id}"


def signature(identity: str, issued_at: str, consumer_secret: str) -> str:
    """What shows a client that the identity URL came from the org: HMAC-SHA256 of id and issued_at."""
    digest = hmac.new(consumer_secret.encode(), (identity + issued_at).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def userinfo(org: Org, user: OrgUser, instance_url: str) -> dict[str, Any]:
    """The answer of the OpenID Connect userinfo endpoint.

    Source: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_using_userinfo_endpoint.htm
    """
    first_name, _, last_name = user.name.rpartition(" ")
    return {
        "sub": identity_url(org, user.id, instance_url),
        "user_id": user.id,
        "organization_id": org.org_id,
        "preferred_username": user.username,
        "nickname": user.username.partition("@")[0],
        "name": user.name,
        "email": user.email,
        "email_verified": True,
        "given_name": first_name,
        "family_name": last_name,
        "zoneinfo": user.time_zone,
        "photos": _photos(instance_url),
        "profile": f"{instance_url}/{user.id}",
        "picture": _photos(instance_url)["picture"],
        "address": {},
        "active": user.active,
        "user_type": "STANDARD",
        "language": "en_US",
        "locale": "en_US",
        "utcOffset": 0,
        "updated_at": org.clock().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "is_app_installed": True,
        "urls": _urls(org, user.id, instance_url),
    }


def identity(org: Org, user: OrgUser, instance_url: str) -> dict[str, Any]:
    """The answer of the identity URL.

    Source: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_using_openid.htm
    """
    told = userinfo(org, user, instance_url)
    return {
        "id": told["sub"],
        "asserted_user": True,
        "user_id": user.id,
        "organization_id": org.org_id,
        "username": user.username,
        "nick_name": told["nickname"],
        "display_name": user.name,
        "email": user.email,
        "email_verified": True,
        "first_name": told["given_name"],
        "last_name": told["family_name"],
        "timezone": user.time_zone,
        "photos": told["photos"],
        "addr_street": None,
        "addr_city": None,
        "addr_state": None,
        "addr_country": None,
        "addr_zip": None,
        "mobile_phone": None,
        "mobile_phone_verified": False,
        "is_lightning_login_user": False,
        "status": {"created_date": None, "body": None},
        "urls": told["urls"],
        "active": user.active,
        "user_type": "STANDARD",
        "language": "en_US",
        "locale": "en_US",
        "utcOffset": 0,
        "last_modified_date": told["updated_at"],
        "is_app_installed": True,
    }


def _photos(instance_url: str) -> dict[str, str]:
    return {
        "picture": f"{instance_url}/profilephoto/005/F",
        "thumbnail": f"{instance_url}/profilephoto/005/T",
    }


def _urls(org: Org, user_id: str, instance_url: str) -> dict[str, str]:
    data = f"{instance_url}/services/data/v{{version}}"
    soap = f"{instance_url}/services/Soap"
    return {
        "enterprise": f"{soap}/c/{{version}}/{org.org_id[:15]}",
        "metadata": f"{soap}/m/{{version}}/{org.org_id[:15]}",
        "partner": f"{soap}/u/{{version}}/{org.org_id[:15]}",
        "rest": f"{data}/",
        "sobjects": f"{data}/sobjects/",
        "search": f"{data}/search/",
        "query": f"{data}/query/",
        "recent": f"{data}/recent/",
        "tooling_soap": f"{soap}/T/{{version}}/{org.org_id[:15]}",
        "tooling_rest": f"{data}/tooling/",
        "profile": f"{instance_url}/{user_id}",
        "feeds": f"{data}/chatter/feeds",
        "groups": f"{data}/chatter/groups",
        "users": f"{data}/chatter/users",
        "feed_items": f"{data}/chatter/feed-items",
        "feed_elements": f"{data}/chatter/feed-elements",
        "custom_domain": instance_url,
    }
