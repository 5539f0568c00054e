import TextFiles
import Testing

/// A file without ends of lines is not read to its end: it may have none.
@Suite struct LongLineTests {
    @Test func anEndlessLineIsRefused() {
        do {
            _ = try TextFile(path: "/dev/zero")
            Issue.record("it was read")
        } catch {
            #expect(error.description.contains("a line is longer than \(TextFile.longestLine) bytes"))
        }
    }

    @Test func whyAFileCannotBeReadIsSaid() {
        do {
            _ = try TextFile(path: "/nowhere/at/all")
            Issue.record("it was read")
        } catch {
            #expect(error.description.contains("No such file or directory"), "\(error)")
        }
    }
}
