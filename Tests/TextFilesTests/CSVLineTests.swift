import Testing
import TextFiles

@Suite struct CSVLineTests {
    @Test(arguments: [
        ("a,b,c", ["a", "b", "c"]), ("a, b ,c ", ["a", "b", "c"]), ("", [""]), (",", ["", ""]),
        ("\"a,b\",c", ["a,b", "c"]), ("\"say \"\"so\"\"\" , c", ["say \"so\"", "c"]), ("a,\"\"", ["a", ""]),
        ("a,\" b \"", ["a", " b "]),
    ])
    func fields(line: String, wanted: [String]) { #expect(CSVLine.fields(line) == wanted) }

    @Test(arguments: ["\"a", "a\"b", "\"a\"b,c", "a,\"b\"\"", "\""])
    func noFields(line: String) { #expect(CSVLine.fields(line) == nil) }
}
