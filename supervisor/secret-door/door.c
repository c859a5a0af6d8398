/*
 * The secret door's handle: what a runtime starts to get its one-time secrets. It hands its request (stdin) and its
 * own stdout, as a file descriptor, to PID 1 and waits for a yes or a no.
 *
 * The secrets never come into this process: PID 1 writes them into the descriptor, after it has seen that the runtime
 * itself made the socket behind it. So there is nothing in here to trace, to dump or to preload a library for, and
 * this binary may be 0755, which lets PID 1 see by /proc/PID/exe that it is this one.
 *
 * It is the interpreter of a script (`#!/opt/clawden/bin/door`): runtimes want the command to be a file of their own.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef SOCKET
#define SOCKET "/run/clawden/door.sock"
#endif
#define SECONDS 10
/* One message, so that the kernel keeps it and the descriptor together. */
#define LARGEST 16384

static int fail(const char *what) {
  fprintf(stderr, "secret door: %s: %s\n", what, strerror(errno));
  return 1;
}

int main(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SOCKET};
  static char request[LARGEST], answer[64];
  size_t length = 0;
  ssize_t got;

  alarm(SECONDS); /* whatever hangs, this ends */
  while (length < sizeof request && (got = read(STDIN_FILENO, request + length, sizeof request - length)) != 0) {
    if (got > 0) length += (size_t)got;
    else if (errno != EINTR) return fail("read");
  }

  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail("socket");
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) return fail("nobody listens on " SOCKET);

  union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control = {0};
  struct iovec part = {.iov_base = request, .iov_len = length};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  *(int *)CMSG_DATA(header) = STDOUT_FILENO;
  /* Refused already, perhaps: then the answer says why. */
  if (sendmsg(fd, &message, MSG_NOSIGNAL) != (ssize_t)length && errno != EPIPE && errno != ECONNRESET) return fail("send");

  length = 0;
  while (length < sizeof answer - 1 && (got = recv(fd, answer + length, sizeof answer - 1 - length, 0)) != 0) {
    if (got > 0) length += (size_t)got;
    else if (errno != EINTR) break;
  }
  if (strcmp(answer, "given") == 0) return 0;
  fprintf(stderr, "secret door: %s\n", length > 0 ? answer : "no answer");
  return 1;
}
