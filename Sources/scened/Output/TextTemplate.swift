internal import Platform
import ArgumentParser
import SceneFormats
import Timeline

/// What can be said of a scene or shot in a name or a title.
struct PieceFacts {
    /// The film's name without folder and ending.
    var film: String
    /// From 1.
    var number: Int
    /// Of how many: numbers have as many digits, three at least.
    var count: Int
    /// Seconds from where the film starts.
    var start: Double
    var end: Double
    var timecode: String?

    init(film: String, number: Int, count: Int, start: Double, end: Double, timecode: String?) {
        let name = film.split(separator: "/").last.map(String.init) ?? film
        let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
        self.film = stem.isEmpty ? name : stem
        (self.number, self.count, self.start, self.end) = (number, count, start, end)
        self.timecode = timecode
    }

    init(film: String, number: Int, count: Int, _ scene: LoggedScene, _ log: EventLog) {
        let base = log.timeBase
        self.init(
            film: film, number: number, count: count, start: base.seconds(scene.start.ticks),
            end: base.seconds(scene.end.ticks), timecode: scene.start.timecode?.description)
    }
}

/// Text with fields in braces, as of names of files and titles of chapters.
struct TextTemplate {
    enum Field: String, CaseIterable {
        case film, number, start, end, length, timecode, kind
    }

    private enum Part {
        case text(String)
        case field(Field)
    }

    private let parts: [Part]

    /// `{{` and `}}` stand for braces. Throws `ValidationError` for a field that is not known.
    init(_ text: String) throws {
        var parts: [Part] = []
        var literal = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "{" || character == "}" else {
                literal.append(character)
                continue
            }
            if rest.first == character {
                literal.append(rest.removeFirst())
                continue
            }
            guard character == "{", let end = rest.firstIndex(of: "}"),
                let field = Field(rawValue: String(rest[..<end]))
            else {
                let known = Field.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
                throw ValidationError("fields are \(known); braces are written {{ and }}")
            }
            if !literal.isEmpty { parts.append(.text(literal)) }
            literal = ""
            parts.append(.field(field))
            rest = rest[rest.index(after: end)...]
        }
        if !literal.isEmpty { parts.append(.text(literal)) }
        self.parts = parts
    }

    /// One number or instant at least is in it: no two pieces have the same text.
    var isDistinct: Bool {
        parts.contains { part in
            if case .field(let field) = part { [.number, .start, .timecode].contains(field) } else { false }
        }
    }

    /// The text for people. `isPadded`: numbers have leading zeros, so that names sort.
    func text(_ facts: PieceFacts, kind: String = "scene", isPadded: Bool = false) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .field(.film): FileName.shown(facts.film)
            case .field(.number):
                isPadded
                    ? padded(facts.number, to: max(3, String(facts.count).count)) : String(facts.number)
            case .field(.start): ClockText.hours(facts.start)
            case .field(.end): ClockText.hours(facts.end)
            case .field(.length): Self.seconds(facts.end - facts.start)
            case .field(.timecode): facts.timecode ?? ClockText.hours(facts.start)
            case .field(.kind): kind
            }
        }.joined()
    }

    /// A name in one folder, whatever is in it: no slash, no colon, no control, no dot in front, and short
    /// enough for an ending.
    func fileName(_ facts: PieceFacts, kind: String) -> String {
        var facts = facts
        facts.film = Self.shortened(facts.film, to: roomForFilm(facts, kind: kind))
        let name = text(facts, kind: kind, isPadded: true)
        var safe = String(
            String.UnicodeScalarView(
                name.unicodeScalars.map { scalar in
                    switch scalar {
                    case ":", ";": "."
                    case "/", "\\", "<", ">", "\"", "|", "?", "*": "_"
                    case _ where scalar.properties.generalCategory == .control: "_"
                    default: scalar
                    }
                }))
        while let first = safe.first, first == "." || first == " " || first == "-" { safe.removeFirst() }
        while safe.utf8.count > Self.longest { safe.removeLast() }
        while let last = safe.last, last == " " || last == "." { safe.removeLast() }
        return safe.isEmpty ? "_" : safe
    }

    /// Of a name without its ending, in bytes: file systems take 255.
    private static let longest = 200

    /// Bytes that are left for each `{film}` of a name: what follows it tells the pieces apart, and stays.
    private func roomForFilm(_ facts: PieceFacts, kind: String) -> Int {
        let films = parts.count { if case .field(.film) = $0 { true } else { false } }
        var others = facts
        others.film = ""
        let rest = text(others, kind: kind, isPadded: true).utf8.count
        return max(0, Self.longest - rest) / max(films, 1)
    }

    /// The beginning of `film`, of whole characters, that is at most 120 of them and `bytes` long.
    private static func shortened(_ film: String, to bytes: Int) -> String {
        var name = film.prefix(120)
        while FileName.shown(String(name)).utf8.count > bytes { name.removeLast() }
        return String(name)
    }

    private static func seconds(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
