import Surface
import Testing

/// One row as text, for literal comparison.
private func row(_ columns: Int, _ draw: (inout Surface) -> Void) -> String {
    var surface = Surface(columns: columns, rows: 1)
    draw(&surface)
    return surface.text
}

@Suite struct `Wide and combining characters` {
    @Test func `a wide character takes two cells and its right half says so`() {
        var surface = Surface(columns: 4, rows: 1)
        #expect(surface.write("漢x", column: 0, row: 0) == 3)
        #expect(surface[0, 0].scalar == "漢" && surface[1, 0].isTrailing && surface[2, 0].scalar == "x")
        #expect(surface.text == "漢x ")
    }

    @Test func `a write on the right half blanks the left, and on the left half the right`() {
        #expect(
            row(4) {
                $0.write("漢字", column: 0, row: 0); $0.write("x", column: 1, row: 0)
            } == " x字")
        #expect(
            row(4) {
                $0.write("漢字", column: 0, row: 0); $0.write("x", column: 2, row: 0)
            } == "漢x ")
    }

    @Test func `a wide character on the halves of two others blanks both other halves`() {
        #expect(
            row(4) {
                $0.write("漢字", column: 0, row: 0); $0.write("本", column: 1, row: 0)
            } == " 本 ")
    }

    @Test func `a wide character at the last column becomes a blank`() {
        #expect(row(3) { $0.write("ab漢", column: 0, row: 0) } == "ab ")
        #expect(row(3) { $0[2, 0] = Cell("漢") } == "   ")
        #expect(row(4) { $0.write("ab漢", column: 0, row: 0, limit: 3) } == "ab  ")
    }

    @Test func `a wide character cut by the left edge leaves a blank where its right half would be`() {
        #expect(row(3) { $0.write("漢x", column: -1, row: 0) } == " x ")
    }

    @Test func `combining marks join the cell before, four at most, and vanish with it`() {
        var surface = Surface(columns: 3, rows: 1)
        surface.write("e\u{301}\u{302}\u{303}\u{304}\u{305}x", column: 0, row: 0)
        #expect(surface[0, 0].marks?.count == 4)
        #expect(surface[1, 0].scalar == "x")
        surface.write("a", column: 0, row: 0)
        #expect(surface[0, 0].marks == nil)
        #expect(surface.text == "ax ")
    }

    @Test func `a mark at the start of a text joins the cell to its left, and at the edge is dropped`() {
        #expect(
            row(2) {
                $0.write("e", column: 0, row: 0); $0.write("\u{301}", column: 1, row: 0)
            } == "e\u{301} ")
        #expect(row(2) { $0.write("\u{301}a", column: 0, row: 0) } == "a ")
    }

    @Test func `emoji sequences are as wide as their parts, and joiners and variation selectors draw nothing`() {
        #expect(TextMeasure.width("👨\u{200D}👩") == 4)
        #expect(row(5) { $0.write("👨\u{200D}👩|", column: 0, row: 0) } == "👨👩|")
        #expect(row(2) { $0.write("\u{26A0}\u{FE0F}|", column: 0, row: 0) } == "\u{26A0}|")
    }

    @Test func `direction marks and other invisible controls never reach the grid`() {
        #expect(row(4) { $0.write("a\u{202E}b\u{FEFF}c", column: 0, row: 0) } == "abc ")
    }

    @Test func `widths are those of the table's Unicode version`() {
        for (text, width) in [
            ("⠿", 1), ("█", 1), ("漢", 2), ("😀", 2), ("é", 1), ("\u{301}", 0), ("±", 1), ("─", 1), ("ｱ", 1), ("Ａ", 2), ("한", 2),
            ("\u{1160}", 0), ("\u{1FB00}", 1),
        ] {
            #expect(TextMeasure.width(text) == width, "\(text)")
        }
        #expect(CharacterWidth.unicodeVersion == "14.0.0")
    }
}

@Suite struct `Writing` {
    @Test func `controls are shown as pictures`() {
        #expect(row(6) { $0.write("a\u{1B}[\n\t\u{7F}", column: 0, row: 0) } == "a␛[␊␉␡")
        #expect(row(2) { $0.write("\u{9B}1", column: 0, row: 0) } == "\u{FFFD}1")
    }

    @Test func `an ASCII surface takes nothing but printable ASCII`() {
        var surface = Surface(columns: 24, rows: 2, isASCII: true)
        surface.write("θ₂ ≤ 漢 é±\u{1B}", column: 0, row: 0)
        surface.box(Rectangle(column: 0, row: 1, columns: 24, rows: 1))
        #expect(surface.trimmedText.hasPrefix("theta2 <= ?? e+-^["))
        #expect(surface.text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value < 0x7F) })
    }

    @Test func `writes are clipped on every side and by the limit`() {
        #expect(row(3) { $0.write("abcdef", column: -2, row: 0) } == "cde")
        #expect(row(3) { $0.write("abc", column: 2, row: 0) } == "  a")
        #expect(row(3) { $0.write("abc", column: 0, row: 5) } == "   ")
        #expect(row(3) { $0.write("abc", column: 0, row: 0, limit: 2) } == "ab ")
        #expect(row(0) { $0.write("abc", column: 0, row: 0) } == "")
    }

    @Test func `boxes carry a title and leave the room inside`() {
        var surface = Surface(columns: 12, rows: 3)
        let inside = surface.box(surface.bounds, title: "A long title")
        #expect(surface.text == "┌─ A lon… ─┐\n│          │\n└──────────┘")
        #expect(inside == Rectangle(column: 1, row: 1, columns: 10, rows: 1))
        var plain = Surface(columns: 8, rows: 2, isASCII: true)
        plain.box(plain.bounds, title: "x")
        #expect(plain.text == "+- x --+\n+------+")
    }

    @Test func `boxes of any size stay inside`() {
        for columns in 0...6 {
            for rows in 0...4 {
                var surface = Surface(columns: columns, rows: rows)
                surface.box(surface.bounds, title: "title")
                surface.box(Rectangle(column: -2, row: -1, columns: columns + 4, rows: rows + 2), title: "漢字")
                #expect(surface.cells.count == columns * rows)
            }
        }
    }

    @Test func `placing a grid cuts wide characters at its edges`() {
        var small = Surface(columns: 4, rows: 1)
        small.write("漢字", column: 0, row: 0)
        #expect(row(3) { $0.place(small, column: 0, row: 0) } == "漢 ")
        #expect(row(3) { $0.place(small, column: -1, row: 0) } == " 字")
        #expect(
            row(6) {
                $0.write("本本本", column: 0, row: 0); $0.place(Surface(columns: 2, rows: 1), column: 1, row: 0)
            } == "    本")
    }

    @Test func `only changed rows are told`() {
        var a = Surface(columns: 5, rows: 4)
        a.write("e\u{301}", column: 0, row: 2)
        var b = a
        #expect(b.changedRows(from: a) == [])
        b.write("x", column: 4, row: 1)
        b.write("e\u{302}", column: 0, row: 2)
        b.write(" ", column: 0, row: 3, style: Style(.bad))
        #expect(b.changedRows(from: a) == [1, 2, 3])
        #expect(b.changedRows(from: Surface(columns: 4, rows: 4)) == [0, 1, 2, 3])
    }
}

@Suite struct `Measuring and wrapping` {
    @Test func `truncation counts cells and keeps whole characters`() {
        #expect(TextMeasure.truncated("abcdef", to: 4) == "abc…")
        #expect(TextMeasure.truncated("漢字漢字", to: 4) == "漢…")
        #expect(TextMeasure.truncated("漢字", to: 4) == "漢字")
        #expect(TextMeasure.truncated("abc", to: 0) == "")
        #expect(TextMeasure.truncated("abcd", to: 2, ellipsis: "~") == "a~")
    }

    @Test func `text wraps at blanks, then inside words`() {
        #expect(TextMeasure.wrapped("the quick brown fox", columns: 9) == ["the quick", "brown fox"])
        #expect(TextMeasure.wrapped("abcdefgh ij", columns: 4) == ["abcd", "efgh", "ij"])
        #expect(TextMeasure.wrapped("a\n\nb", columns: 4) == ["a", "", "b"])
        #expect(TextMeasure.wrapped("漢字漢字", columns: 5) == ["漢字", "漢字"])
        #expect(TextMeasure.wrapped("", columns: 5) == [""])
        #expect(TextMeasure.wrapped("  indented text", columns: 10) == ["  indented", "text"])
    }

    @Test func `no line is wider than asked and no letter is lost`() {
        let text = "In 1948 naïve café owners, 漢字 and supercalifragilisticexpialidocious words met; e\u{301} too."
        for columns in 1...40 {
            let lines = TextMeasure.wrapped(text, columns: columns)
            for line in lines { #expect(TextMeasure.width(line) <= columns) }
            if columns >= 2 {
                #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
            }
        }
    }

    @Test func `runs keep their styles across a wrap`() {
        let lines = TextMeasure.wrapped([StyledRun("one two "), StyledRun("three four", Style(.bad))], columns: 13)
        #expect(lines == [[StyledRun("one two "), StyledRun("three", Style(.bad))], [StyledRun("four", Style(.bad))]])
    }
}
