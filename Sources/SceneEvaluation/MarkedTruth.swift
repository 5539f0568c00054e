internal import JSONText

/// The exact labels that a person's answers make of a plan.
package struct MarkedTruth: Hashable, Sendable {
    package var plan: MarkingPlan
    /// In order of time.
    package var answers: [MarkingAnswer]
    package var truth: ShotTruth
    /// Cuts that all lists have and nobody looked at, which lie within what an answer says is gradual.
    package var overruled: [Int64]

    /// Answers that say the same are one. Throws where two contradict each other.
    package init(_ plan: MarkingPlan, _ answers: [MarkingAnswer]) throws(EvaluationError) {
        let places = Dictionary(uniqueKeysWithValues: plan.places.map { ($0.number, $0.pictures) })
        var changes: [(range: ClosedRange<Int64>, change: MarkingAnswer.Change, place: Int)] = []
        for answer in answers {
            for change in answer.changes where !changes.contains(where: { $0.change == change }) {
                changes.append((change.pictures, change, answer.place))
            }
        }
        changes.sort {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        for (one, other) in zip(changes, changes.dropFirst()) where one.range.overlaps(other.range) {
            throw .mismatch(
                problem:
                    "the answers to places \(one.place) and \(other.place) overlap at picture \(other.range.lowerBound)",
                remedy: "make them say the same, or answer one of them with nothing")
        }
        let graduals = changes.compactMap { if case .gradual(let span) = $0.change { span } else { nil } }
        let marked = changes.compactMap { if case .cut(let at) = $0.change { at } else { nil } }
        func isMixed(_ at: Int64) -> Bool { graduals.contains { $0.first...$0.last ~= at } }
        overruled = plan.agreed.filter(isMixed)
        let distractors = answers.compactMap { answer in
            guard answer.changes.isEmpty, let pictures = places[answer.place] else {
                return ShotTruth.Span?.none
            }
            return ShotTruth.Span(
                kind: answer.distractor.isEmpty ? "nothing" : answer.distractor, first: pictures.lowerBound,
                last: pictures.upperBound)
        }
        truth = ShotTruth(
            film: plan.film, cuts: Set(marked + plan.agreed.filter { !isMixed($0) }).sorted(),
            graduals: graduals,
            distractors: distractors.sorted { $0.first < $1.first }, frameRate: plan.frameRate)
        self.plan = plan
        self.answers = answers.sorted {
            (places[$0.place]?.lowerBound ?? 0, $0.place) < (places[$1.place]?.lowerBound ?? 0, $1.place)
        }
    }

    /// How the labels came about, in words.
    package var how: String {
        let unseen = plan.agreed.count - overruled.count
        let sample = plan.places.filter { $0.agreed != nil }
        let confirmed = sample.filter { place in
            answers.contains { $0.place == place.number && $0.changes == place.agreed.map { [.cut($0)] } }
        }
        var sentences: [String] = []
        let lists = Self.words[plan.lists] ?? String(plan.lists)
        if unseen > 0 || sample.isEmpty {
            sentences.append(
                "\(lists) lists of cuts agree to the picture on \(counted(unseen, "hard cut")) that nobody looked "
                    + "at: they count as right.")
        }
        sentences.append(
            "\(sentences.isEmpty ? "\(lists) lists of cuts" : "They") differ at "
                + "\(counted(plan.places.count - sample.count, "place")), judged from the pictures without knowing "
                + "which list said what.")
        if !sample.isEmpty {
            sentences.append(
                "So were \(counted(sample.count, "cut")) on which the lists agree; \(confirmed.count) of these "
                    + "\(confirmed.count == 1 ? "is" : "are") right.")
        }
        return sentences.joined(separator: " ")
    }

    private static let words = [
        2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six", 7: "Seven", 8: "Eight", 9: "Nine",
    ]

    private func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    /// What `ShotTruth.read` reads, with the answers and reasons beside it; laid out for people.
    package var json: String {
        func line(_ span: ShotTruth.Span) -> String {
            var entry = JSONLine()
            entry.field("kind", span.kind)
            entry.field("start", span.first)
            entry.field("end", span.last)
            return entry.object
        }
        let places = Dictionary(uniqueKeysWithValues: plan.places.map { ($0.number, $0.pictures) })
        let reasons = answers.map { answer in
            var entry = JSONLine()
            if let pictures = places[answer.place] {
                entry.field("first", pictures.lowerBound)
                entry.field("last", pictures.upperBound)
            }
            entry.field("answer", answer.text)
            entry.field("reason", answer.reason)
            return entry.object
        }
        func list(_ entries: [String]) -> String {
            entries.isEmpty ? "[]" : "[\n    " + entries.joined(separator: ",\n    ") + "\n  ]"
        }
        let fields = [
            ("film", JSONLine.quoted(plan.film)), ("how", JSONLine.quoted(how)),
            ("fps", Self.number(plan.frameRate)), ("frames", String(plan.pictureCount)),
            ("cuts", "[" + truth.cuts.map(String.init).joined(separator: ", ") + "]"),
            ("gradual", list(truth.graduals.map(line))),
            ("distractors", list(truth.distractors.map(line))), ("reasons", list(reasons)),
        ]
        return "{\n" + fields.map { "  \"\($0.0)\": \($0.1)" }.joined(separator: ",\n") + "\n}\n"
    }

    /// Six decimals at most.
    static func number(_ value: Double) -> String {
        var text = Decimals.fixed(value, digits: 6)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}

extension MarkingAnswer.Change {
    /// The first picture of the new shot, or the mixed ones.
    fileprivate var pictures: ClosedRange<Int64> {
        switch self {
        case .cut(let at): at...at
        case .gradual(let span): span.first...span.last
        }
    }
}
