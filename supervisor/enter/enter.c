/*
 * `clawden exec`: becomes a command, or a shell, with exactly what the runtime's own child processes get.
 *
 * What an engine starts inside a container inherits every variable of it, secrets included, and the agent (same uid)
 * may read /proc/PID/environ of any process whose executable is readable. Installed root-owned 0711, this one is
 * unreadable from its first instruction, and what it becomes has only what PID 1 wrote down in FILE for it: the
 * runtime's environment without the values of secrets (supervisor/boot/enter.ts).
 *
 * Under another name (/opt/clawden/commands/openclaw is a link to it) it becomes that runtime's own program.
 *
 * The agent may write FILE as well. It gains nothing: what it could put there runs with its own rights and, since the
 * environment is thrown away with the first exec, without the container's secrets. So FILE is only read carefully.
 *
 * FILE: records that end in NUL. The runtime's name, working directory, umask in octal, words of the runtime's program,
 * an empty record, NAME=value for each variable.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef FILE_PATH
#define FILE_PATH "/run/clawden/enter"
#endif
/* Exit codes: of the image ("not available"), and of a shell that cannot run a command. */
#define UNAVAILABLE 69
#define NOT_EXECUTABLE 126
#define NOT_FOUND 127
/* Bytes, and records; an environment of a container is far below. */
#define LARGEST (512 * 1024)
#define MOST 4096

static char text[LARGEST + 1];
static char *at = text, *end = text;
static char *words[MOST], *variables[MOST];
/* What a program needs to know of the person's terminal; the engine's command hands it over. */
static const char *const personal[] = {"TERM", "COLORTERM", "NO_COLOR"};

static int fail(int code, const char *what, const char *why) {
  fprintf(stderr, "clawden exec: %s: %s\n", what, why);
  return code;
}

/* The bytes of FILE; 0 when it cannot be taken, with the reason. Of a FIFO or a link in its place nothing is read. */
static size_t load(const char **reason) {
  struct stat found;
  size_t length = 0;
  ssize_t got;
  int fd = open(FILE_PATH, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  *reason = errno == ENOENT ? "the runtime is starting" : strerror(errno);
  if (fd < 0) return 0;
  /* Another user's file would be a way into this user's process. */
  *reason = FILE_PATH " is not a file of this user";
  if (fstat(fd, &found) < 0 || !S_ISREG(found.st_mode) || found.st_uid != geteuid()) return 0;
  while (length < LARGEST && (got = read(fd, text + length, LARGEST - length)) != 0) {
    if (got > 0) length += (size_t)got;
    else if (errno != EINTR) return 0;
  }
  close(fd);
  return length;
}

/* The next record; past the end they are all empty. */
static char *next(void) {
  char *record = at;
  if (at >= end) return end;
  at += strlen(at) + 1;
  return record;
}

/* Takes over what the engine's command told of the terminal, where the runtime has no such variable of its own. */
static void carry(const char *name, int *count) {
  static char kept[sizeof personal / sizeof *personal][256];
  static int used;
  const char *value = getenv(name);
  size_t length = strlen(name);
  if (value == NULL || length + strlen(value) + 2 > sizeof *kept) return;
  for (int place = 0; place < *count; place += 1)
    if (strncmp(variables[place], name, length) == 0 && variables[place][length] == '=') return;
  snprintf(kept[used], sizeof *kept, "%s=%s", name, value);
  variables[(*count)++] = kept[used++];
}

int main(int argc, char **argv) {
  static char *shell[] = {"bash", NULL};
  char **command = argc > 1 ? argv + 1 : shell;
  const char *slash = strrchr(argv[0], '/');
  const char *called = slash ? slash + 1 : argv[0];
  int taken = 0, count = 0;

  const char *reason;
  size_t length = load(&reason);
  if (length == 0 || text[length - 1] != '\0') return fail(UNAVAILABLE, "the runtime's environment is not there", reason);
  at = text;
  end = text + length;
  const char *runtime = next(), *directory = next(), *mask = next();
  for (char *word = next(); *word != '\0' && taken < MOST - 1; word = next()) words[taken++] = word;
  while (at < end && count < MOST - 8) variables[count++] = next();
  for (size_t each = 0; each < sizeof personal / sizeof *personal; each += 1) carry(personal[each], &count);

  if (strcmp(called, "enter") != 0) {
    if (strcmp(called, runtime) != 0) return fail(UNAVAILABLE, "this container runs another runtime", runtime);
    for (int word = 1; word < argc && taken < MOST - 1; word += 1) words[taken++] = argv[word];
    command = words;
  }
  if (chdir(directory) < 0) return fail(UNAVAILABLE, directory, strerror(errno));
  umask((mode_t)strtoul(mask, NULL, 8) & 0777);
  /* execvp looks for the program in the PATH of the new environment. */
  environ = variables;
  execvp(command[0], command);
  return fail(errno == ENOENT ? NOT_FOUND : NOT_EXECUTABLE, command[0], strerror(errno));
}
