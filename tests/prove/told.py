"""What PgBouncer and HAProxy are told on the hosts; docs/scaling.md explains it."""

POOLER = """
[databases]
crux = host={primary} port=5432 dbname=crux
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = 6432
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = 20
server_login_retry = 1
server_connect_timeout = 2
query_wait_timeout = 5
tcp_user_timeout = 4000
tcp_keepidle = 2
tcp_keepintvl = 1
tcp_keepcnt = 2
"""
PROXY = """
defaults
  mode http
  timeout connect 1s
  timeout client 65s
  timeout server 65s
  timeout check 2s
  retries 2
  option redispatch 1
  retry-on conn-failure
frontend site
  bind :80
  http-request set-header X-Forwarded-Proto https
  http-request set-header X-Forwarded-For %[src]
  use_backend living if {{ nbsrv(hosts) eq 0 }}
  default_backend hosts
backend living
  balance roundrobin
{servers}backend hosts
  balance roundrobin
  option httpchk
  http-check send meth GET uri /readyz hdr Host {name}
  http-check expect status 200
  default-server check inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
{servers}"""
SERVER = "  server {name} {at}:8000\n"
