package import TextFiles

/// What a person sees at one place.
package struct MarkingAnswer: Hashable, Sendable {
    package enum Change: Hashable, Sendable {
        /// The first picture of the new shot.
        case cut(Int64)
        case gradual(ShotTruth.Span)
    }

    /// The place's number.
    package var place: Int
    /// None: nothing changes there.
    package var changes: [Change]
    /// What there is instead of a change, in a word such as `flash`; empty where nobody says.
    package var distractor: String
    package var reason: String

    package init(place: Int, changes: [Change], distractor: String = "", reason: String = "") {
        self.place = place
        self.changes = changes
        self.distractor = distractor
        self.reason = reason
    }
}

/// The answers of a person, as a text that the sheets' page saves and any editor opens.
///
/// One line for each place, `3 (140-160): cut 150; dissolve 155 170 # why`, or `: nothing`, or
/// `: nothing flash`. Lines that begin with `#` are comments. A line without an answer is an open place.
package enum MarkingAnswers {
    /// The lines above those of the places.
    package static func preamble(film: String) -> String {
        """
        # Shot changes of \(String(film.map { $0.isNewline ? " " : $0 }))
        #
        # Write after each colon what the pictures show:
        #   nothing              no change of shot; also with a word for what there is: nothing flash
        #   cut 123              123 is the first picture of the new shot
        #   dissolve 120 131     pictures 120 to 131 mix both shots; also fade_black, fade_white, wipe, push or gradual
        #   cut 123; cut 125     several changes
        # What follows a # is your reason. The numbers in parentheses say which pictures are in question.

        """
    }

    /// How the line of a place begins.
    package static func head(of place: MarkingPlan.Place) -> String {
        "\(place.number) (\(place.pictures.lowerBound)-\(place.pictures.upperBound)):"
    }

    /// The text with every place open.
    package static func blank(_ plan: MarkingPlan) -> String {
        preamble(film: plan.film) + plan.places.map { head(of: $0) + "\n" }.joined()
    }

    /// Kinds of gradual changes that an answer may name.
    package static let kinds = ["dissolve", "fade_black", "fade_white", "wipe", "push", "gradual"]

    /// An answer may name pictures this far from what the place is about.
    static let farthest: Int64 = 250

    private static let remedy =
        "write 'nothing', 'cut 123', or 'dissolve 120 131' after the colon, several with ; between"

    /// Reads the answers to `plan`, in order of the places' numbers. Throws where a place has none, or one
    /// that has no meaning.
    package static func read(path: String, plan: MarkingPlan) throws(EvaluationError) -> [MarkingAnswer] {
        try EvaluationError.reading { () throws(TextFileError) in try read(TextFile(path: path), plan: plan) }
    }

    package static func read(_ file: TextFile, plan: MarkingPlan) throws(TextFileError) -> [MarkingAnswer] {
        let places = Dictionary(uniqueKeysWithValues: plan.places.map { (head(of: $0), $0) })
        var answers: [Int: MarkingAnswer] = [:]
        for line in file.lines where !line.text.hasPrefix("#") {
            let parts = line.text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let place = places[String(parts[0]) + ":"] else {
                throw file.malformed(
                    "'\(parts[0])' is not a place of these sheets", line: line.number,
                    remedy:
                        "give the answers that belong to the folder, and leave what stands before the colon")
            }
            guard answers[place.number] == nil else {
                throw file.malformed(
                    "place \(place.number) is answered twice", line: line.number, remedy: "leave one")
            }
            let halves = parts[1].split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            guard let answer = try answer(halves[0], to: place, plan, file, line.number) else { continue }
            answers[place.number] = answer
            if halves.count == 2 { answers[place.number]?.reason = trimmed(halves[1]) }
        }
        let open = plan.places.filter { answers[$0.number] == nil }
        if let first = open.first {
            throw file.malformed(
                "\(open.count) of \(plan.places.count) places have no answer, the first is \(first.number)",
                remedy: remedy)
        }
        return plan.places.compactMap { answers[$0.number] }
    }

    /// nil where nothing is written.
    private static func answer(
        _ text: Substring, to place: MarkingPlan.Place, _ plan: MarkingPlan, _ file: TextFile, _ line: Int
    ) throws(TextFileError) -> MarkingAnswer? {
        var answer = MarkingAnswer(place: place.number, changes: [])
        var saysNothing = false
        for part in text.split(separator: ";") {
            let words = part.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
            let numbers = words.dropFirst().compactMap { Int64($0) }
            let isNumbered = numbers.count == words.count - 1
            switch words.first {
            case nil: continue
            case "nothing" where words.count <= 2:
                saysNothing = true
                answer.distractor = words.count == 2 ? words[1] : ""
            case "cut" where words.count == 2 && isNumbered:
                answer.changes.append(.cut(numbers[0]))
            case let kind? where kinds.contains(kind) && words.count == 3 && isNumbered:
                guard numbers[0] <= numbers[1] else {
                    throw file.malformed(
                        "'\(trimmed(part))' ends before it begins", line: line,
                        remedy: "write the first picture first")
                }
                answer.changes.append(.gradual(.init(kind: kind, first: numbers[0], last: numbers[1])))
            default:
                throw file.malformed("'\(trimmed(part))' is not an answer", line: line, remedy: remedy)
            }
            let near = place.pictures.lowerBound - farthest...place.pictures.upperBound + farthest
            guard
                words.first == "nothing" || numbers.allSatisfy({ near ~= $0 && 0..<plan.pictureCount ~= $0 })
            else {
                throw file.malformed(
                    "'\(trimmed(part))' lies far from place \(place.number)", line: line,
                    remedy: "write numbers that stand below its pictures")
            }
        }
        guard saysNothing || !answer.changes.isEmpty else { return nil }
        guard !saysNothing || answer.changes.isEmpty else {
            throw file.malformed(
                "'\(trimmed(text))' is nothing and a change", line: line, remedy: "leave one")
        }
        return answer
    }

    private static func trimmed(_ text: Substring) -> String {
        let end = text.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) } ?? text.startIndex
        return String(text[..<end].drop(while: \.isWhitespace))
    }
}

extension MarkingAnswer {
    /// As in the answers' text, without the reason.
    package var text: String {
        guard !changes.isEmpty else { return distractor.isEmpty ? "nothing" : "nothing \(distractor)" }
        return changes.map { change in
            switch change {
            case .cut(let at): "cut \(at)"
            case .gradual(let span): "\(span.kind) \(span.first) \(span.last)"
            }
        }.joined(separator: "; ")
    }
}
