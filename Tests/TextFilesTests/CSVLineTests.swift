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

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("20", 20), ("0.4", 0.4), ("1:30", 90), ("1:02:03.5", 3723.5), ("1m30", 90), ("500ms", 0.5),
        ("1h20m", 4800),
    ])
    func seconds(text: String, wanted: Double) { #expect(DurationText.seconds(text) == wanted) }

    @Test(arguments: ["", "a", "1:", ":1", "1:60", "1:60:00", "1s2m", "1:2:3:4", "-1:00"])
    func noSeconds(text: String) { #expect(DurationText.seconds(text) == nil) }
}
