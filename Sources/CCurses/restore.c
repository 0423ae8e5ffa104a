// Signals: the ordinary ones become bytes on a pipe; a crash puts the terminal back before it goes on to whoever handled it before.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "CCurses.h"

static const int ordinary[] = {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH};
static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGQUIT};
enum { ordinary_count = sizeof ordinary / sizeof *ordinary, fatal_count = sizeof fatal / sizeof *fatal };

static struct sigaction ordinary_before[ordinary_count], fatal_before[fatal_count], pipe_before;
static int mailbox[2] = {-1, -1};
static bool installed;
static volatile sig_atomic_t armed, unheard;
static struct termios modes_before;
static bool modes_known;
static int errors_before = -1, errors_held = -1;

// Mouse reports, focus reports, bracketed paste, synchronized output off; cursor shown, plain style, normal keypad, main screen.
static const char restoration[] =
    "\033[?1000;1002;1003;1004;1006;2004;2026l\033[?25h\033[0m\033[?1l\033>\033[?1049l\r";

void curses_restore_note(void) { modes_known = tcgetattr(STDIN_FILENO, &modes_before) == 0; }
void curses_restore_arm(bool value) { armed = value; }

static void write_all(int descriptor, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = write(descriptor, bytes, count);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return;
        bytes += sent;
        count -= (size_t)sent;
    }
}

// Only calls that a signal handler may make.
static void release_errors(void) {
    if (errors_before < 0) return;
    int held = errors_held, before = errors_before;
    errors_held = errors_before = -1;
    dup2(before, STDERR_FILENO);
    close(before);
    char block[512];
    off_t place = 0;
    for (;;) {
        ssize_t got = pread(held, block, sizeof block, place);
        if (got <= 0) break;
        write_all(STDERR_FILENO, block, (size_t)got);
        place += got;
    }
    close(held);
}

static void restore(void) {
    if (armed) {
        armed = 0;
        // A terminal that takes nothing more (a slow line, a stopped reader) must not keep a dying process alive.
        tcflush(STDIN_FILENO, TCIFLUSH);
        write_all(STDOUT_FILENO, restoration, sizeof restoration - 1);
        if (modes_known) tcsetattr(STDIN_FILENO, TCSANOW, &modes_before);
    }
    release_errors();
}

static void on_ordinary(int number) {
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    if (mailbox[1] >= 0) (void)!write(mailbox[1], &byte, 1);
    if (number == SIGINT || number == SIGTERM || number == SIGHUP) {
        // The session has not read two of them yet: it hangs, perhaps on a terminal that takes no more bytes.
        if (++unheard >= 3) {
            restore();
            _exit(128 + number);
        }
    }
    errno = saved;
}

static void on_fatal(int number, siginfo_t *info, void *context) {
    int saved = errno;
    restore();
    errno = saved;
    // Whoever handled it before is called with the fault's own circumstances: Swift's handler prints the backtrace of the place it happened at.
    for (int i = 0; i < fatal_count; i++) {
        if (fatal[i] != number || number == SIGQUIT) continue;
        const struct sigaction *before = &fatal_before[i];
        if ((before->sa_flags & SA_SIGINFO) != 0) {
            if (before->sa_sigaction != NULL) before->sa_sigaction(number, info, context);
        } else if (before->sa_handler != SIG_DFL && before->sa_handler != SIG_IGN) {
            before->sa_handler(number);
        }
    }
    // That one returns for a signal that was sent, and the program would live on without its terminal.
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    sigemptyset(&standard.sa_mask);
    standard.sa_handler = SIG_DFL;
    sigaction(number, &standard, NULL);
    raise(number);
}

static void at_exit(void) { restore(); }

int curses_signals_open(void) {
    if (installed) return mailbox[0];
    if (mailbox[0] < 0) {
        if (pipe2(mailbox, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
        atexit(at_exit);
    }
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = on_ordinary;
    action.sa_flags = SA_RESTART;
    for (int i = 0; i < ordinary_count; i++) sigaction(ordinary[i], &action, &ordinary_before[i]);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, &pipe_before);

    stack_t stack;
    if (sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_DISABLE)) {
        static char room[64 * 1024];
        stack.ss_sp = room;
        stack.ss_size = sizeof room;
        stack.ss_flags = 0;
        sigaltstack(&stack, NULL);
    }
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_sigaction = on_fatal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    for (int i = 0; i < fatal_count; i++) sigaction(fatal[i], &action, &fatal_before[i]);
    installed = true;
    return mailbox[0];
}

void curses_signals_close(void) {
    if (!installed) return;
    installed = false;
    for (int i = 0; i < ordinary_count; i++) sigaction(ordinary[i], &ordinary_before[i], NULL);
    for (int i = 0; i < fatal_count; i++) sigaction(fatal[i], &fatal_before[i], NULL);
    sigaction(SIGPIPE, &pipe_before, NULL);
}

void curses_signals_heard(void) { unheard = 0; }

void curses_signals_stop(void) {
    // The default action of SIGTSTP and not SIGSTOP: the kernel drops it where nobody could continue us (an orphaned process group).
    struct sigaction standard, ours;
    memset(&standard, 0, sizeof standard);
    sigemptyset(&standard.sa_mask);
    standard.sa_handler = SIG_DFL;
    sigset_t set, before;
    sigemptyset(&set);
    sigaddset(&set, SIGTSTP);
    sigaction(SIGTSTP, &standard, &ours);
    pthread_sigmask(SIG_UNBLOCK, &set, &before);
    raise(SIGTSTP);  // to this thread, so that it has stopped before the next line
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGTSTP, &ours, NULL);
}

void curses_errors_hold(void) {
    if (errors_before >= 0 || !isatty(STDERR_FILENO)) return;
    int memory = memfd_create("standard error", MFD_CLOEXEC);
    if (memory < 0) return;
    // Appending, so that writers through other descriptors of it do not overwrite each other.
    fcntl(memory, F_SETFL, O_APPEND);
    int before = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (before < 0) {
        close(memory);
        return;
    }
    errors_held = memory;
    errors_before = before;
    dup2(memory, STDERR_FILENO);
}

void curses_errors_release(void) { release_errors(); }
