"""Runs a command on a terminal of its own: terminal.py ROWS COLUMNS COMMAND…  Keys come on stdin, the screen goes to
stdout, and "ROWS COLUMNS" on descriptor 3 changes the size. Ends with the command's code, 128+n for a signal."""
import fcntl, os, pty, select, struct, sys, termios


def resize(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))


pid, master = pty.fork()
if pid == 0:
    resize(0, sys.argv[1], sys.argv[2])
    os.close(3)
    os.execvp(sys.argv[3], sys.argv[3:])

sources = [0, 3, master]
while master in sources:
    for fd in select.select(sources, [], [])[0]:
        try:
            data = os.read(fd, 65536)
        except OSError:  # EIO: nobody holds the terminal any more
            data = b""
        if not data:
            sources.remove(fd)
        elif fd == 0:
            os.write(master, data)
        elif fd == master:
            os.write(1, data)
        else:
            resize(master, *data.split())
status = os.waitpid(pid, 0)[1]
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
