import CCurses
import Surface

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Which characters the terminal can show.
public struct Locale: Sendable, Hashable {
    /// Whether anything but ASCII can be shown.
    public var isUnicode: Bool
    /// What the user should know, in one sentence; nil when all is as usual.
    public var notice: String?

    /// Adopts the environment's locale for the whole process, and says what it allows.
    ///
    /// A locale of plain ASCII (`C`, `POSIX`, none at all) is respected unless `wantsUnicode`. One that is named as UTF-8 but not
    /// installed - as happens over ssh - gives way to `C.UTF-8`.
    public static func adopt(wantsUnicode: Bool = false) -> Locale {
        let found = curses_locale_adopt()
        if found, curses_locale_is_utf8() { return Locale(isUnicode: true) }
        let name = environmentName
        let namesUnicode = name.lowercased().contains("utf-8") || name.lowercased().contains("utf8")
        if wantsUnicode || (!found && namesUnicode), curses_locale_adopt_utf8() {
            return Locale(isUnicode: true, notice: found ? nil : "the locale \(name) is not installed; using C.UTF-8")
        }
        return Locale(
            isUnicode: false,
            notice: "the locale \(name.isEmpty ? "C" : name) has no UTF-8, so plots are drawn in ASCII; LC_ALL=C.UTF-8 gives braille")
    }

    /// The locale's name by the rules of POSIX: LC_ALL, else LC_CTYPE, else LANG.
    private static var environmentName: String {
        for variable in ["LC_ALL", "LC_CTYPE", "LANG"] {
            if let value = getenv(variable), value.pointee != 0 { return String(cString: value) }
        }
        return ""
    }
}
