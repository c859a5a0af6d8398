/*
 * HEALTHCHECK of the image: asks the supervisor's Unix socket and exits 0 only on HTTP 200.
 *
 * It is a binary of its own because what an engine starts for a health check inherits every variable of the
 * container, secrets included, and the agent (same uid) may read /proc/PID/environ of any process whose
 * executable is readable. Installed root-owned 0711, this one is unreadable from its first instruction;
 * a shell, curl or a script would not be. It starts nothing and opens nothing but the socket.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET "/run/clawden/clawden.sock"
#define REQUEST "GET /health HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n"
#define SECONDS 3

static int fail(const char *what) {
  printf("%s: %s\n", what, strerror(errno));
  return 1;
}

int main(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SOCKET};
  struct timeval limit = {.tv_sec = SECONDS};
  static char answer[4096];
  size_t length = 0;

  alarm(SECONDS + 1); /* whatever hangs, this ends; exit by SIGALRM counts as unhealthy */

  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail("socket");
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) return fail("supervisor does not listen on " SOCKET);
  if (send(fd, REQUEST, sizeof REQUEST - 1, MSG_NOSIGNAL) != sizeof REQUEST - 1) return fail("send");

  while (length < sizeof answer - 1) {
    ssize_t got = recv(fd, answer + length, sizeof answer - 1 - length, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail("supervisor did not answer");
    if (got == 0) break;
    length += (size_t)got;
  }

  /* The body says why; `docker inspect` keeps what is printed here. */
  char *body = strstr(answer, "\r\n\r\n");
  if (body != NULL) printf("%s\n", body + 4);
  return strncmp(answer, "HTTP/1.1 200 ", 13) == 0 || strncmp(answer, "HTTP/1.0 200 ", 13) == 0 ? 0 : 1;
}
