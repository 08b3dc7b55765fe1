"""Media carried by a server in front of the gateway (nginx): what the gateway tells it. Plain.

The gateway checks who asks and names the host's address, which it has resolved and checked; nginx takes the
bytes there itself, with the host's secret, which it gets in a header of this answer and which it does not
pass on. nginx keeps no header of an answer with X-Accel-Redirect but a few of its own choice, and hides the
gateway's all the same:

    location / {
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_hide_header X-Coldframe-Host;
        proxy_hide_header X-Coldframe-Name;
        proxy_hide_header X-Coldframe-Authorization;
    }
    location ~ ^/_host/(?<host_scheme>https?)/(?<host_address>[^/]+)(?<host_path>/host/stream/.*)$ {
        internal;
        # Kept before the host's own answer takes their place.
        set $host_netloc        $upstream_http_x_coldframe_host;
        set $host_name          $upstream_http_x_coldframe_name;
        set $host_authorization $upstream_http_x_coldframe_authorization;
        set $request_number     $upstream_http_x_request_id;
        proxy_pass $host_scheme://$host_address$host_path$is_args$args;
        proxy_set_header Host $host_netloc;
        proxy_set_header Authorization $host_authorization;
        proxy_set_header X-Request-ID $request_number;
        proxy_set_header Cookie "";
        proxy_ssl_server_name on;
        proxy_ssl_name $host_name;
        proxy_ssl_verify on;
        proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;
        # A host does not steer nginx, and puts no page on the gateway's address.
        proxy_ignore_headers X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Buffering
                             X-Accel-Charset Set-Cookie Cache-Control Expires Vary;
        proxy_hide_header Set-Cookie;
        proxy_hide_header Content-Security-Policy;
        proxy_hide_header Access-Control-Allow-Origin;
        add_header Content-Security-Policy "default-src 'none'; frame-ancestors 'none'" always;
        add_header X-Content-Type-Options nosniff always;
        proxy_connect_timeout 2s;
        proxy_read_timeout 10s;
        proxy_buffering off;
        proxy_max_temp_file_size 0;
        # A numbered file that has just moved is asked for once more.
        proxy_intercept_errors on;
        error_page 404 = @host_again;
    }
    location @host_again {
        # As above, with the same proxy_ lines but the last two; the variables are still set.
        proxy_pass $host_scheme://$host_address$host_path$is_args$args;
    }

The prefix of the pattern is `web.x_accel_prefix`. The gateway must then be reachable through nginx alone: it
listens on loopback, since whoever asks it directly reads the secret.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from gateway.hosts.host_client import FrontTarget


@dataclass(frozen=True, slots=True)
class FrontAnswer:
    """The headers of an answer without a body."""

    headers: dict[str, str]


def front_answer(prefix: str, target: FrontTarget, path: str, params: Mapping[str, str]) -> FrontAnswer:
    """How the server in front fetches `path` of a host."""
    address = f"[{target.address}]" if ":" in target.address else target.address
    query = f"?{urlencode(params)}" if params else ""
    return FrontAnswer(
        {
            "X-Accel-Redirect": f"{prefix}/{target.scheme}/{address}:{target.port}{path}{query}",
            "X-Coldframe-Host": target.netloc,
            "X-Coldframe-Name": target.name,
            "X-Coldframe-Authorization": f"Bearer {target.secret}",
        }
    )
