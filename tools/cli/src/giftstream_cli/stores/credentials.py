"""`giftstream stores credentials`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from giftstream_cli import options
from giftstream_cli.addresses import addresses
from giftstream_cli.api import Api
from giftstream_cli.failures import CommandFailed, WrongUse
from giftstream_cli.ids import looked_up, path_id
from giftstream_cli.making import tell
from giftstream_cli.output import print_fields, print_json, say
from giftstream_cli.stores.connect import SHOWN
from giftstream_cli.stores.secrets import read_new_secrets

UNTIL = "old_webhook_secret_until"

StoreId = Annotated[str, typer.Argument(metavar="STORE_ID", help="As `stores list` names it.")]
TokenFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Has the new access token; - is stdin.")
]
SecretFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Has the new webhook secret; - is stdin.")
]
EndOld = Annotated[
    bool,
    typer.Option(
        "--end-old-secret",
        help="The webhook secret before holds no longer: for one that has leaked. May stand alone.",
    ),
]


def replace_credentials(
    store_id: StoreId,
    token_file: TokenFile = None,
    webhook_secret_file: SecretFile = None,
    end_old_secret: EndOld = False,
    dry_run: options.DryRun = False,
    url: options.StoreSyncUrl = None,
    api_key: options.ApiKey = None,
    json: options.Json = False,
) -> None:
    """Give a store a new access token or webhook secret, without a gap.

    Without a file you are asked for both, without echo; what you leave empty stays. Secrets are
    never given as arguments. A new token is tried before it is kept: refused, nothing changes. The
    old webhook secret goes on to hold for five hours, since the store still signs with it, unless
    --end-old-secret. A store that was disconnected is connected again with both.

    Examples:

    \b
      giftstream stores credentials 25bb1a1e-…
      giftstream stores credentials 25bb1a1e-… --webhook-secret-file - --end-old-secret < secret
      giftstream stores credentials 25bb1a1e-… --end-old-secret
    """
    path = f"/stores/{path_id(store_id, 'store')}"
    known = addresses()
    with Api(known.service("store-sync", url), known.key(api_key)) as api, looked_up(_LOOK):
        if dry_run:
            files = {"access_token": token_file, "webhook_secret": webhook_secret_file}
            return _would(api.get(path), _named(files, end_old_secret), end_old_secret, json=json)
        only_ended = end_old_secret and token_file is None and webhook_secret_file is None
        new = {} if only_ended else read_new_secrets(token_file, webhook_secret_file)
        if not new and not end_old_secret:
            raise WrongUse("Nothing was entered, so nothing is changed.")
        store = api.edit(path, {"credentials": new}) if new else None
        if end_old_secret:
            _end_old(api, store_id, path, replaced=bool(new))
            store = api.get(path)
    return _tell(store or {}, sorted(new), ended=end_old_secret, json=json)


_LOOK = "See `giftstream stores list`."


def _named(files: dict[str, Path | None], end_old_secret: bool) -> list[str]:
    named = [name for name, file in files.items() if file is not None]
    return named if named or end_old_secret else list(files)


def _end_old(api: Api, store_id: str, path: str, *, replaced: bool) -> None:
    try:
        api.delete(f"{path}/old-webhook-secret")
    except CommandFailed:
        if replaced:
            again = f"`giftstream stores credentials {store_id} --end-old-secret`"
            say(f"The new credentials are kept, but the old webhook secret still holds: {again}.")
        raise


def _tell(store: dict[str, Any], replaced: list[str], *, ended: bool, json: bool) -> None:
    shown = store if json else {name: store.get(name) for name in (*SHOWN, UNTIL)}
    tell(shown, "store_id", quiet=False, json=json)
    if replaced:
        say(f"Replaced: {', '.join(_WORDS[one] for one in replaced)}.")
    if ended:
        say("Webhooks signed with an older secret are refused from now on, within two seconds.")
    elif "webhook_secret" in replaced and store.get(UNTIL):
        say(
            f"The old webhook secret holds until {store[UNTIL]}; has it leaked, end it at once "
            "with --end-old-secret."
        )


_WORDS = {"access_token": "access token", "webhook_secret": "webhook secret"}


def _would(store: dict[str, Any], named: list[str], ended: bool, *, json: bool) -> None:
    """The key and the store's id are tried; no secret is read, and the store is not asked."""
    if json:
        document = {"dry_run": True, "would_replace": named, "would_end_old_secret": ended}
        print_json({**document, "store": store})
        return
    print_fields({name: store.get(name) for name in (*SHOWN, UNTIL)})
    done = [f"replace the {_WORDS[one]}" for one in named]
    done += ["end the old webhook secret at once"] if ended else []
    say(f"It would {' and '.join(done)}. Nothing was changed, and no secret was read.")
