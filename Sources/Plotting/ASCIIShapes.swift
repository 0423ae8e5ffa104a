/// The printable ASCII character that looks most like each of the 256 patterns of 2x4 dots.
///
/// Made by Tests/References/plotting/ascii_shapes.py: by ink where shape decides, by hand where a line must join its neighbour.
enum ASCIIShapes {
    /// By pattern, in the order of braille's bits: dots 1 to 8 are bits 0 to 7.
    static let table: [UInt8] = Array(
        #"""
         `''.:||'"'"(7/7''-'-7rr'7'"/7#7.:-\-+>L:7\7+7>#|\=%<7=#|7J7J7##\#
        .::L,L||;7|7/7/r;)**//r#/7*7/7##.)\\r|LL)J|%|7##/))%<J##/JJ#JJ##\#
        .`:\.(\\:"(\(((L:|**||(%|7*7(7##,\\\.|L%|J\%|J##|\7%<%##|7##JJ##\#
        ___L_LLL_=||||LL||||||L#|7|7/7##_||\=LLL|J|%|J##|J|%JJ##JJ##JJ##
        """#.utf8)
}
