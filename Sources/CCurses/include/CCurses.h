// The few ncurses calls the program makes, in a shape Swift can import, and the signal handlers that only C may hold.
// Not thread-safe, as ncurses is not: one actor makes every call except those in signal handlers.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// ---- Locale (screen.c)

/// Adopts the environment's character type, so that wcwidth and ncurses know it. Numbers keep the C locale.
/// False when the environment names a locale that is not installed.
bool curses_locale_adopt(void);
/// Adopts C.UTF-8; false when the system has none.
bool curses_locale_adopt_utf8(void);
/// Whether the character type in force is UTF-8.
bool curses_locale_is_utf8(void);
/// Columns that the C library gives a character: 0 for a combining mark, -1 for one it cannot print.
int curses_width(uint32_t scalar);

// ---- Screen (screen.c)

enum {
    CURSES_OPENED = 0,
    CURSES_TERMINAL_UNKNOWN = 1,   // TERM is unset or not in the terminal database
    CURSES_CURSOR_IMMOVABLE = 2,   // the terminal cannot place its cursor
    CURSES_INPUT_IS_NO_TERMINAL = 3,
    CURSES_OUTPUT_IS_NO_TERMINAL = 4,
};
/// What the terminal database says of TERM, without touching the terminal: CURSES_OPENED, CURSES_TERMINAL_UNKNOWN or
/// CURSES_CURSOR_IMMOVABLE, and the number of colours.
int curses_survey(int *colours);
/// Takes the terminal over: alternate screen, no echo, keys at once. Returns one of the codes above.
int curses_open(void);
/// Gives the terminal back as it was.
void curses_close(void);
/// Gives the terminal back for a while; `curses_resume` takes it again.
void curses_suspend(void);
/// Takes the terminal again after `curses_suspend`; everything must be drawn anew.
void curses_resume(void);
/// Colours the terminal shows: 0, 8, 16, 88, 256 or more.
int curses_colours(void);
/// Asks the kernel for the terminal's size and follows it. Returns whether it changed.
bool curses_follow_size(int *columns, int *rows);

enum {
    CURSES_BOLD = 1,
    CURSES_DIM = 2,
    CURSES_REVERSE = 4,
    CURSES_UNDERLINE = 8,
    CURSES_ITALIC = 16,
};
/// Chooses the look of what is put next; a colour is 0...255, or -1 for the terminal's own.
void curses_style(int foreground, int background, unsigned attributes);
/// Puts one character, with its combining marks, at a place. `width` is the columns it was given room for: when the
/// C library disagrees, so many question marks are put instead, because a wrong width would shift the whole row.
void curses_put(int column, int row, const uint32_t *scalars, int count, int width);
/// Places the cursor, shown or hidden.
void curses_cursor(int column, int row, bool shown);
/// Sends what changed since the last call.
void curses_update(bool synchronized);
/// Sends everything at the next update, for a screen that something else wrote on.
void curses_repaint(void);
/// Whether the terminal takes output now; false when it is behind.
bool curses_is_writable(void);
/// Writes bytes to the terminal past ncurses: modes it does not know.
void curses_send(const char *bytes, size_t count);
/// What a key sends by the terminal database ("khome"); NULL when it has none.
const char *curses_key(const char *capability);

// ---- Signals and crashes (restore.c)

/// Installs the handlers; signals then arrive as one byte each, their number, on the descriptor returned (-1: failed).
int curses_signals_open(void);
/// Puts back the handlers found.
void curses_signals_close(void);
/// Tells the handlers that a request to end was read; a third one unread ends the process at once, terminal restored.
void curses_signals_heard(void);
/// Stops the process as Ctrl-Z does and returns when it is continued.
void curses_signals_stop(void);
/// Notes the terminal's modes, which a crash puts back. To be called before `curses_open`.
void curses_restore_note(void);
/// Says whether the terminal is taken, so that a crash has something to put back.
void curses_restore_arm(bool armed);
/// Keeps what is written to standard error in memory, off the screen, until `curses_errors_release` writes it where it belongs.
void curses_errors_hold(void);
/// Standard error as it was, with what was held.
void curses_errors_release(void);
