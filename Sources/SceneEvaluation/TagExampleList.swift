package import TextFiles

/// Examples of what scenes show, as somebody listed them.
package struct TagExampleList: Sendable {
    /// By recording, start and end, whatever their order in the list.
    package let examples: [TagExample]
    /// All labels, in order of their text.
    package let labels: [String]
    /// Lines that stand more than once; they count once.
    package let repeats: Int
    /// What is known of an example and a label: `answers[example][label]`. nil: nothing is.
    package let answers: [[Bool?]]

    /// Most labels and lines that a list may have: with both, `answers` still fits into memory.
    package static let mostLabels = 1000
    package static let mostExamples = 100_000

    /// Examples that were made by other means; none has the recording, start and end of another.
    package init(_ examples: [TagExample], repeats: Int = 0) {
        let examples = examples.sorted {
            ($0.recording, $0.start, $0.end) < ($1.recording, $1.start, $1.end)
        }
        let labels = examples.reduce(into: Set<String>()) { $0.formUnion($1.shown.union($1.hidden)) }.sorted()
        self.examples = examples
        self.labels = labels
        self.repeats = repeats
        answers = Self.answers(examples, labels)
    }

    /// What an example names it shows; what it is said not to show it does not. Where an example is complete,
    /// it shows nothing else, except what an example that overlaps it shows: that is not known. O(N L log N).
    private static func answers(_ examples: [TagExample], _ labels: [String]) -> [[Bool?]] {
        var answers = examples.map { _ in [Bool?](repeating: nil, count: labels.count) }
        for (column, label) in labels.enumerated() {
            // Where the label is shown: stretches in order that do not overlap.
            var stretches: [TagExample] = []
            for example in examples where example.shown.contains(label) {
                if let last = stretches.last, last.recording == example.recording, example.start < last.end {
                    stretches[stretches.count - 1].end = max(last.end, example.end)
                } else {
                    stretches.append(example)
                }
            }
            for (row, example) in examples.enumerated() {
                if example.shown.contains(label) {
                    answers[row][column] = true
                } else if example.hidden.contains(label) {
                    answers[row][column] = false
                } else if example.isComplete {
                    // The first that ends behind the example's start.
                    var (low, high) = (0, stretches.count)
                    while low < high {
                        let middle = (low + high) / 2
                        let stretch = stretches[middle]
                        if (stretch.recording, stretch.end) <= (example.recording, example.start) {
                            low = middle + 1
                        } else {
                            high = middle
                        }
                    }
                    let overlaps =
                        low < stretches.count && stretches[low].recording == example.recording
                        && stretches[low].start < example.end
                    answers[row][column] = overlaps ? nil : false
                }
            }
        }
        return answers
    }
}

extension TagExampleList {
    private static let remedy = "write recording,start,end,label on each line, such as film,0:10,0:25,snow"

    /// A list of comma-separated values. Columns: `recording`, `start` and `end` (seconds or clock times from
    /// the first picture), `label`, and perhaps `value` (1: it is shown; 0: it is not), in this order or in
    /// that of a header line. A label `not x` says that x is not shown; an empty one that none is. Lines of
    /// one stretch are one example.
    package init(_ file: TextFile) throws(TextFileError) {
        guard let first = file.lines.first else { throw file.malformed("is empty", remedy: Self.remedy) }
        let columns = try Columns(first, of: file)
        let rows = columns.isHeader ? file.lines.dropFirst() : file.lines[...]
        guard !rows.isEmpty else {
            throw file.malformed("has no line below its header", remedy: Self.remedy)
        }
        guard rows.count <= Self.mostExamples else {
            throw file.malformed(
                "has \(rows.count) lines, and \(Self.mostExamples) are the most",
                remedy: "leave lines out")
        }
        var places: [Stretch: Int] = [:]
        var examples: [TagExample] = []
        var repeats = 0
        for line in rows {
            let row = try columns.read(line, of: file)
            let place = places[row.stretch, default: examples.count]
            if place == examples.count {
                places[row.stretch] = place
                examples.append(
                    TagExample(
                        recording: row.stretch.recording, start: row.stretch.start, end: row.stretch.end,
                        isComplete: false, line: line.number))
            }
            let example = examples[place]
            guard !(row.isShown ? example.hidden : example.shown).contains(row.label) else {
                throw file.malformed(
                    "another line says the opposite of '\(row.label)' for the same stretch",
                    line: line.number, remedy: "take one of them out")
            }
            guard !row.label.isEmpty || example.shown.isEmpty else {
                throw file.malformed(
                    "it names no label, and another line names one for the same stretch", line: line.number,
                    remedy: "take one of them out")
            }
            guard row.label.isEmpty || !row.isShown || !example.isComplete || !example.shown.isEmpty else {
                throw file.malformed(
                    "another line says that the same stretch shows none of the labels", line: line.number,
                    remedy: "take one of them out")
            }
            if row.label.isEmpty {
                repeats += example.isComplete ? 1 : 0
                examples[place].isComplete = true
            } else if row.isShown {
                repeats += examples[place].shown.insert(row.label).inserted ? 0 : 1
                examples[place].isComplete = true
            } else {
                repeats += examples[place].hidden.insert(row.label).inserted ? 0 : 1
            }
        }
        self.init(examples, repeats: repeats)
        guard labels.count <= Self.mostLabels else {
            throw file.malformed(
                "has \(labels.count) labels, and \(Self.mostLabels) are the most",
                remedy: "take rare ones out")
        }
    }

    private struct Stretch: Hashable {
        var recording: String
        var start: Int64
        var end: Int64
    }

    /// Where each value stands in a line.
    private struct Columns {
        var recording = 0
        var start = 1
        var end = 2
        var label = 3
        var value: Int?
        /// Fields of a line.
        var count: Int
        /// The first line names the columns.
        var isHeader = false

        init(_ first: TextFile.Line, of file: TextFile) throws(TextFileError) {
            guard let fields = CSVLine.fields(first.text) else { throw Self.misquoted(first, of: file) }
            let names = fields.map { $0.lowercased() }
            count = names.count
            guard names.contains("start") || names.contains("label") else {
                guard 4...5 ~= names.count else {
                    throw file.malformed(
                        "has \(names.count) values", line: first.number, remedy: TagExampleList.remedy)
                }
                value = names.count == 5 ? 4 : nil
                return
            }
            isHeader = true
            func column(_ name: String) throws(TextFileError) -> Int {
                guard let place = names.firstIndex(of: name) else {
                    throw file.malformed(
                        "the header lacks '\(name)'", line: first.number,
                        remedy: "name the columns recording, start, end and label")
                }
                return place
            }
            (recording, start) = (try column("recording"), try column("start"))
            (end, label) = (try column("end"), try column("label"))
            value = names.firstIndex(of: "value")
        }

        private static func misquoted(_ line: TextFile.Line, of file: TextFile) -> TextFileError {
            file.malformed(
                "a quote does not end, or stands within a value", line: line.number,
                remedy: "quote whole values")
        }

        func read(
            _ line: TextFile.Line, of file: TextFile
        ) throws(TextFileError) -> (stretch: Stretch, label: String, isShown: Bool) {
            func wrong(_ problem: String, _ remedy: String = TagExampleList.remedy) -> TextFileError {
                file.malformed(problem, line: line.number, remedy: remedy)
            }
            guard let fields = CSVLine.fields(line.text) else { throw Self.misquoted(line, of: file) }
            guard fields.count == count else {
                throw wrong(
                    "has \(fields.count) values, where \(count) are wanted", "quote values that hold commas")
            }
            guard !fields[recording].isEmpty else { throw wrong("names no recording") }
            func microseconds(_ column: Int) throws(TextFileError) -> Int64 {
                guard let seconds = DurationText.seconds(fields[column]), 0...1e9 ~= seconds else {
                    throw wrong(
                        "'\(fields[column])' is not a time",
                        "write seconds or h:mm:ss, such as 83.5 or 1:23.5")
                }
                return Int64((seconds * 1_000_000).rounded())
            }
            let stretch = Stretch(
                recording: fields[recording], start: try microseconds(start), end: try microseconds(end))
            guard stretch.start < stretch.end else {
                throw wrong(
                    "it ends at \(fields[end]), not after its start at \(fields[start])",
                    "give a start and a later end")
            }
            var text = fields[label]
            let isDenied = text.hasPrefix("not ")
            if isDenied { text = String(text.dropFirst(4).drop { $0 == " " }) }
            guard !isDenied || !text.isEmpty else { throw wrong("'not' what", "name a label behind it") }
            guard text.utf8.count <= 200,
                !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
            else {
                throw wrong(
                    "its label is longer than 200 bytes or holds control characters", "give a short one")
            }
            guard let value, !fields[value].isEmpty else { return (stretch, text, !isDenied) }
            guard ["0", "1"].contains(fields[value]) else {
                throw wrong(
                    "'\(fields[value])' is not a value",
                    "write 1 where the label is shown and 0 where it is not"
                )
            }
            guard !isDenied, !text.isEmpty else {
                throw wrong("a value beside 'not' or without a label", "leave one of them out")
            }
            return (stretch, text, fields[value] == "1")
        }
    }
}
