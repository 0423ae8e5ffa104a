#define _GNU_SOURCE
#define NCURSES_WIDECHAR 1
#include <curses.h>

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "CCurses.h"

static SCREEN *screen;
static attr_t attributes_in_force;
static int pair_in_force;
static bool has_colours;

bool curses_locale_adopt(void) { return setlocale(LC_CTYPE, "") != NULL; }

bool curses_locale_adopt_utf8(void) { return setlocale(LC_CTYPE, "C.UTF-8") != NULL || setlocale(LC_CTYPE, "C.utf8") != NULL; }

bool curses_locale_is_utf8(void) {
    const char *name = nl_langinfo(CODESET);
    return name != NULL && (strcasecmp(name, "UTF-8") == 0 || strcasecmp(name, "UTF8") == 0);
}

int curses_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

// What ncurses leaves on and we do not want: Ctrl-S would freeze the screen, Ctrl-V swallow a key.
static void quieten(void) {
    struct termios modes;
    if (tcgetattr(STDIN_FILENO, &modes) == 0) {
        modes.c_iflag &= ~(tcflag_t)(IXON | IXOFF);
        modes.c_lflag &= ~(tcflag_t)IEXTEN;
        tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
    }
    def_prog_mode();
}

// From <term.h>, whose macros take names such as `columns` from everyone.
extern int setupterm(const char *name, int descriptor, int *found);

int curses_survey(int *colours) {
    int found = 0;
    *colours = 0;
    if (setupterm(NULL, STDOUT_FILENO, &found) != OK || found != 1) return CURSES_TERMINAL_UNKNOWN;
    int count = tigetnum("colors");
    *colours = count > 0 ? count : 0;
    const char *cup = tigetstr("cup");
    return cup == NULL || cup == (const char *)-1 ? CURSES_CURSOR_IMMOVABLE : CURSES_OPENED;
}

int curses_open(void) {
    if (!isatty(STDIN_FILENO)) return CURSES_INPUT_IS_NO_TERMINAL;
    if (!isatty(STDOUT_FILENO)) return CURSES_OUTPUT_IS_NO_TERMINAL;
    // Exported, these freeze the size (ncurses 6.4; use_env and use_tioctl do not cure it).
    unsetenv("LINES");
    unsetenv("COLUMNS");
    screen = newterm(NULL, stdout, stdin);
    if (screen == NULL) return CURSES_TERMINAL_UNKNOWN;
    const char *cup = tigetstr("cup");
    if (cup == NULL || cup == (const char *)-1) {
        endwin();
        delscreen(screen);
        screen = NULL;
        return CURSES_CURSOR_IMMOVABLE;
    }
    set_term(screen);
    cbreak();
    noecho();
    nonl();
    quieten();
    intrflush(stdscr, FALSE);
    keypad(stdscr, TRUE);
    typeahead(-1);  // otherwise a waiting key stops an update half way
    leaveok(stdscr, FALSE);
    scrollok(stdscr, FALSE);
    has_colours = has_colors();
    if (has_colours) {
        start_color();
        use_default_colors();
    }
    curs_set(0);
    return CURSES_OPENED;
}

void curses_close(void) {
    if (screen == NULL) return;
    curs_set(1);
    endwin();
    delscreen(screen);
    screen = NULL;
}

void curses_suspend(void) {
    if (screen == NULL) return;
    curs_set(1);
    endwin();
}

void curses_resume(void) {
    if (screen == NULL) return;
    reset_prog_mode();
    quieten();
    curs_set(0);
    clearok(curscr, TRUE);
}

int curses_colours(void) { return screen != NULL && has_colours ? COLORS : 0; }

bool curses_follow_size(int *columns, int *rows) {
    int haveRows = 0, haveColumns = 0;
    if (screen != NULL) getmaxyx(stdscr, haveRows, haveColumns);
    struct winsize size;
    if (screen != NULL && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0
        && (size.ws_row != haveRows || size.ws_col != haveColumns)) {
        resizeterm(size.ws_row, size.ws_col);
        werase(stdscr);
        clearok(curscr, TRUE);
        *columns = size.ws_col;
        *rows = size.ws_row;
        return true;
    }
    *columns = haveColumns;
    *rows = haveRows;
    return false;
}

void curses_style(int foreground, int background, unsigned attributes) {
    attributes_in_force = ((attributes & CURSES_BOLD) ? A_BOLD : 0) | ((attributes & CURSES_DIM) ? A_DIM : 0)
        | ((attributes & CURSES_REVERSE) ? A_REVERSE : 0) | ((attributes & CURSES_UNDERLINE) ? A_UNDERLINE : 0)
        | ((attributes & CURSES_ITALIC) ? A_ITALIC : 0);
    pair_in_force = 0;
    if (!has_colours || (foreground < 0 && background < 0)) return;
    if (foreground >= COLORS) foreground = -1;
    if (background >= COLORS) background = -1;
    // alloc_pair remembers pairs and gives the longest unused one away when there are no more.
    int pair = alloc_pair(foreground, background);
    pair_in_force = pair < 0 ? 0 : pair;
}

static void put(int column, int row, const wchar_t *text) {
    cchar_t cell;
    // The extended pair goes by the last argument: the short one holds 15 bits.
    if (setcchar(&cell, text, attributes_in_force, 0, &pair_in_force) == ERR) return;
    mvwadd_wch(stdscr, row, column, &cell);  // ERR at the bottom right corner, though it draws
}

void curses_put(int column, int row, const uint32_t *scalars, int count, int width) {
    if (screen == NULL || count < 1) return;
    wchar_t text[CCHARW_MAX + 1];
    int length = 0;
    if (wcwidth((wchar_t)scalars[0]) == width) {
        text[length++] = (wchar_t)scalars[0];
        for (int i = 1; i < count && length < CCHARW_MAX; i++)
            if (wcwidth((wchar_t)scalars[i]) == 0) text[length++] = (wchar_t)scalars[i];
        text[length] = 0;
        put(column, row, text);
        return;
    }
    for (int i = 0; i < width; i++) put(column + i, row, L"?");
}

void curses_cursor(int column, int row, bool shown) {
    if (screen == NULL) return;
    curs_set(shown ? 1 : 0);
    wmove(stdscr, row, column);
}

void curses_send(const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = write(STDOUT_FILENO, bytes, count);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return;
        bytes += sent;
        count -= (size_t)sent;
    }
}

void curses_update(bool synchronized) {
    if (screen == NULL) return;
    wnoutrefresh(stdscr);
    if (synchronized) curses_send("\033[?2026h", 8);
    doupdate();
    if (synchronized) curses_send("\033[?2026l", 8);
}

void curses_repaint(void) {
    if (screen != NULL) clearok(curscr, TRUE);
}

bool curses_is_writable(void) {
    struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&output, 1, 0) == 1 && (output.revents & POLLOUT) != 0;
}

const char *curses_key(const char *capability) {
    if (screen == NULL) return NULL;
    const char *text = tigetstr(capability);
    return text == NULL || text == (const char *)-1 ? NULL : text;
}
