import Testing

@testable import Engine

private func table(_ text: String, name: String = "file.csv") throws -> DataTable { try DelimitedText.parse(Array(text.utf8), name: name) }

private func sentence(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch let error as UserError {
        return error.description
    } catch {
        return "another error: \(error)"
    }
}

@Suite struct DelimitedTextTests {
    @Test func `a plain table has named columns of numbers and texts`() throws {
        let table = try table("id,label,score\na,cat,0.25\nb,dog,1e-3\n")
        #expect(table.columns == ["id", "label", "score"])
        #expect(table.kinds == [.text, .text, .number])
        #expect(table.rowCount == 2)
        #expect(try table.numbers("score") == [0.25, 0.001])
        let labels = try table.texts("label")
        #expect(labels.values == ["cat", "dog"])
        #expect(labels.codes == [0, 1])
    }

    @Test func `quotes, doubled quotes, line ends in quotes and blanks follow RFC 4180`() throws {
        let table = try table("name,note\r\n\"Smith, J.\",\"said \"\"no\"\"\"\r\n x , \"two\nlines\" \r\n\"\",\r\n")
        let names = try table.texts("name")
        let notes = try table.texts("note")
        #expect(names[0] == "Smith, J.")
        #expect(notes[0] == "said \"no\"")
        #expect(names[1] == "x")
        #expect(notes[1] == "two\nlines")
        #expect(names[2] == "")
        #expect(notes[2] == nil)
        #expect(table.line(ofRow: 2) == 5)
    }

    @Test func `a text written with doubled quotes equals the same text written without quotes`() throws {
        let column = try table("a,b\nx\"y,1\n\"x\"\"y\",2\n").texts("a")
        #expect(column.values == ["x\"y"])
        #expect(column.codes == [0, 0])
    }

    @Test(arguments: [",", ";", "\t"]) func `separators are found`(separator: String) throws {
        let text = [["a", "b"], ["1", "x,;\ty"], ["2", "z"]]
            .map { $0.map { $0.contains(",") ? "\"\($0)\"" : $0 }.joined(separator: separator) }.joined(separator: "\n")
        let table = try table(text)
        #expect(table.columns == ["a", "b"])
        #expect(try table.numbers("a") == [1, 2])
    }

    @Test(arguments: ["\n", "\r\n", "\r"]) func `line ends of every system, blank lines and a byte order mark are read`(end: String) throws
    {
        let bytes = [0xEF, 0xBB, 0xBF] + Array(["", "x,y", "1,2", "", "  ", "3,4", ""].joined(separator: end).utf8)
        let table = try DelimitedText.parse(bytes, name: "f")
        #expect(table.columns == ["x", "y"])
        #expect(try table.numbers("y") == [2, 4])
        #expect(table.line(ofRow: 1) == 6)
    }

    @Test func `a first record is a header when it looks like one`() throws {
        #expect(try table("1,2\n3,4").columns == ["column1", "column2"])
        #expect(try table("id,0,1,2\nx,0.1,0.2,0.7").columns == ["id", "0", "1", "2"])
        #expect(try table("cat,0.5\ndog,0.25").hasHeader == false)
        #expect(try table("name,2020\nx,5").columns == ["column1", "column2"])
        #expect(try table("x\n1\n2").columns == ["x"])
        #expect(try table(",score\n7,0.5").columns == ["column1", "score"])
        #expect(try DelimitedText.parse(Array("1,2\n3,4".utf8), name: "f", header: .present).columns == ["1", "2"])
    }

    @Test func `missing numbers are counted and given as NaN only when asked`() throws {
        let table = try table("x,y\n1,a\nNA,b\n?,c\n,d\nnan,e\n5,f")
        #expect(table.missingCounts[0] == 4)
        let numbers = try table.numbers("x", allowingMissing: true)
        #expect(numbers.map(\.isNaN) == [false, true, true, true, true, false])
        #expect(
            sentence { _ = try table.numbers("x") } == "file.csv, line 3, column “x”: “NA” stands for a missing number; expected a number")
    }

    @Test func `errors name file, line and column`() throws {
        #expect(sentence { _ = try table("a,b,c,d,e\n1,2,3,4,5\n1,2,3,4\n") } == "file.csv, line 3: 4 fields, expected 5")
        #expect(sentence { _ = try table("a,b\n1,2\n1,\"2\n3,4") } == "file.csv, line 3: a quote is opened here and never closed")
        #expect(
            sentence { _ = try table("a,b\n\"1\"2,3") }
                == "file.csv, line 2, field 1: text after the closing quote; expected a separator, and quotes inside doubled")
        #expect(sentence { _ = try table("a,a\n1,2") } == "file.csv, line 1: columns 1 and 2 are both called “a”")
        #expect(sentence { _ = try table("a,b\n") } == "file.csv has a header but no rows")
        #expect(sentence { _ = try table(" \n\n") } == "file.csv is empty; expected a table with a header and rows")
        #expect(
            sentence { _ = try table("a;b\n0,5;1\n").numbers("a") }
                == "file.csv, line 2, column “a”: “0,5” is not a number; write it with a point")
        #expect(sentence { _ = try table("score,b\n1,1\n").numbers("scores") } == "file.csv has no column “scores”; did you mean “score”?")
        #expect(sentence { _ = try table("a,b\n1,1\n").numbers("zebra") } == "file.csv has no column “zebra”; it has a, b")
    }

    @Test func `what is not text is refused by name`() throws {
        func refuse(_ bytes: [UInt8]) -> String { sentence { _ = try DelimitedText.parse(bytes, name: "f") } }
        #expect(refuse([0x7F, 0x45, 0x4C, 0x46, 0, 0]) == "f, line 1: byte 0x7f is not text; expected a CSV file, this looks binary")
        #expect(refuse([0x50, 0x4B, 3, 4, 9]) == "f is a zip archive or spreadsheet (.xlsx); export the sheet as CSV")
        #expect(refuse([0xFF, 0xFE, 0x61, 0]) == "f is UTF-16 text; save it as UTF-8")
        #expect(refuse([]) == "f is empty; expected a table with a header and rows")
        let latin = try DelimitedText.parse(Array("a,b\n1,".utf8) + [0xE9] + Array("t\n".utf8), name: "f")
        #expect(sentence { _ = try latin.texts("b") } == "f, line 2, column “b”: not UTF-8 text; save the file as UTF-8")
    }

    @Test func `numbers with text in a late row become a column of texts as written`() throws {
        let table = try table("id\n007\n8\nx9\n")
        #expect(table.kinds == [.text])
        #expect(try table.texts("id").values == ["007", "8", "x9"])
        #expect(sentence { _ = try table.numbers("id") } == "file.csv, line 4, column “id”: “x9” is not a number")
    }

    @Test func `duplicates and empty cells are found`() throws {
        let column = try table("id,x\na,1\nb,2\na,3\n,4\n").texts("id")
        #expect(column.firstDuplicate?.first == 0)
        #expect(column.firstDuplicate?.second == 2)
        #expect(column.firstMissing == 3)
    }

    @Test func `any bytes give a table or a sentence`() {
        var state: UInt64 = 1
        let alphabet = Array("01.,;\t\"\n\r ae-\u{0}é".utf8)
        for _ in 0..<3000 {
            var bytes: [UInt8] = []
            state = state &* 6_364_136_223_846_793_005 &+ 1
            for _ in 0..<Int(state >> 58) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(alphabet[Int(state >> 33) % alphabet.count])
            }
            do {
                let table = try DelimitedText.parse(bytes, name: "f")
                #expect(table.rowCount > 0)
                for (column, kind) in zip(table.columns, table.kinds) {
                    if kind == .number { #expect(try table.numbers(column, allowingMissing: true).count == table.rowCount) }
                    if let texts = try? table.texts(column) { #expect(texts.codes.count == table.rowCount) }
                }
            } catch {
                #expect(error is UserError)
            }
        }
    }
}

@Suite struct DecimalNumberTests {
    @Test func `specials, signs and grammar`() {
        #expect(DecimalNumber.parse("-0")?.bitPattern == (-0.0).bitPattern)
        #expect(DecimalNumber.parse("0.0")?.bitPattern == 0)
        #expect(DecimalNumber.parse("+.5") == 0.5)
        #expect(DecimalNumber.parse("2.") == 2)
        #expect(DecimalNumber.parse("-Infinity") == -.infinity)
        #expect(DecimalNumber.parse("inf") == .infinity)
        #expect(DecimalNumber.parse("NaN")?.isNaN == true)
        #expect(DecimalNumber.parse("1e400") == .infinity)
        #expect(DecimalNumber.parse("1e-400") == 0)
        #expect(DecimalNumber.parse("4.9e-324") == .leastNonzeroMagnitude)
        #expect(DecimalNumber.parse("1e99999999999999999999") == .infinity)
        for text in ["", "+", ".", "e5", "1e", "1e+", "0x10", "1 ", "1_000", "1,5", "--1", "in", "١"] {
            #expect(DecimalNumber.parse(text) == nil, "\(text)")
        }
    }

    @Test func `halfway cases round to even`() {
        // 2^53 + 1 lies halfway; with a trailing 1 far behind it does not.
        #expect(DecimalNumber.parse("9007199254740993") == 9_007_199_254_740_992)
        #expect(DecimalNumber.parse("900719925474099.3") == Double("900719925474099.3"))
        #expect(DecimalNumber.parse("9007199254740993.000000000000000000000000000001") == 9_007_199_254_740_994)
        // 1 + 2^-53 exactly, and one unit above in the last place.
        #expect(DecimalNumber.parse("1.00000000000000011102230246251565404") == 1)
        #expect(DecimalNumber.parse("1.000000000000000111") == 1)
        #expect(DecimalNumber.parse("1.000000000000000112") == 1.0.nextUp)
    }

    @Test func `every path agrees with the standard library`() {
        var state: UInt64 = 7
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 31)
        }
        for round in 0..<20_000 {
            let digits = String(next() >> (next() % 60))
            let point = Int(next() % UInt64(digits.count + 1))
            var text = digits.prefix(point) + "." + digits.dropFirst(point)
            if round % 3 == 0 { text = "0." + String(repeating: "0", count: Int(next() % 12)) + digits }
            if round % 4 == 1 { text += "e\(Int(next() % 60) - 30)" }
            if round % 5 == 0 { text = "-" + text }
            #expect(DecimalNumber.parse(text)?.bitPattern == Double(String(text))?.bitPattern, "\(text)")
            let random = Double(bitPattern: next())
            if random.isFinite { #expect(DecimalNumber.parse("\(random)")?.bitPattern == random.bitPattern) }
            let uniform = Double(next() >> 11) * 0x1p-53
            #expect(DecimalNumber.parse("\(uniform)")?.bitPattern == uniform.bitPattern)
        }
    }
}

@Suite struct NumberListTests {
    static let card = Card(
        id: "test.list", title: "", summary: "", parameters: [.list("values", "1..6", .restart, "Numbers")], results: [], figures: [],
        citation: "")

    private func list(_ text: String, _ content: String? = nil) throws -> [Double] {
        let name = NumberList.file(text)?.path ?? ""
        let inputs = content.map { ["values": Input(name: name, bytes: Array($0.utf8))] } ?? [:]
        return try Setup(card: Self.card, values: ["values": .text(text)], inputs: inputs).list("values")
    }

    @Test func `lists are typed, ranged or read from files`() throws {
        #expect(try list("1..3, 0.5 7") == [1, 2, 3, 0.5, 7])
        #expect(try list("") == [])
        #expect(try list("@values.txt", "1\n2.5\n\n3\n") == [1, 2.5, 3])
        #expect(try list("@values.txt", "1,2,3\n") == [1, 2, 3])
        #expect(try list("@dir.d/t.csv:b", "a,b\n1,2\n3,4\n") == [2, 4])
    }

    @Test func `errors of lists name parameter, file and line`() {
        #expect(sentence { _ = try list("@v.txt", "1\nx\n") } == "values: v.txt, line 2, column “column1”: “x” is not a number")
        #expect(sentence { _ = try list("@t.csv", "a,b\n1,2\n") } == "values: t.csv has 2 columns; say which one: @t.csv:a")
        #expect(sentence { _ = try list("@t.csv:c", "a,b\n1,2\n") } == "values: t.csv has no column “c”; it has a, b")
        #expect(sentence { _ = try list("@v.txt") } == "values: the file “v.txt” has not been read")
        #expect(sentence { _ = try list("1,b") } == "values: item 2, “b”, is not a number; expected a list such as 1,2,3 or 1..6")
        #expect(sentence { _ = try list("6..1") } == "values: item 1, “6..1”, is not a range of whole numbers such as 1..6")
    }

    @Test func `files and columns are told apart`() {
        #expect(NumberList.file("1,2") == nil)
        #expect(NumberList.file("@a.csv:b c").map { "\($0)|\($1 ?? "-")" } == "a.csv|b c")
        #expect(NumberList.file(" @/x:y/a.csv ").map { "\($0)|\($1 ?? "-")" } == "/x:y/a.csv|-")
    }
}
