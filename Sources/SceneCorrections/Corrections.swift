internal import JSONText
internal import SceneEvents
package import TextFiles

/// The corrections of one run, as the report page saves them.
///
/// One JSON object: `type` "scened_corrections", `version` 1, `run`, and the list `corrections`; its form is
/// in `schema/corrections.schema.json`.
package struct Corrections: Hashable, Sendable {
    /// Version of the file's form. Additions keep it.
    package static let version = 1

    /// The run whose boundaries are named.
    package var run: String
    /// In any order.
    package var entries: [Correction]

    package init(run: String, entries: [Correction]) {
        self.run = run
        self.entries = entries
    }

    /// Whether the text is meant to be one: an object whose `type` says so.
    package static func recognizes(_ file: TextFile) -> Bool {
        guard file.text.utf8.first(where: { !$0.isSpace }) == UInt8(ascii: "{"),
            let value = JSONValue(parsing: Array(file.text.utf8)[...]), let members = value.members
        else { return false }
        return members.first { $0.name == "type" }?.value.string == "scened_corrections"
    }

    package init(_ file: TextFile) throws(TextFileError) {
        let remedy = "save the corrections from the report page again"
        guard let value = JSONValue(parsing: Array(file.text.utf8)[...]) else {
            let first = file.lines.first.flatMap { JSONValue(parsing: Array($0.text.utf8)[...]) }
            if first?.members?.contains(where: { $0.name == "type" && $0.value.string == "stream_start" })
                == true
            {
                throw file.malformed(
                    "holds events, which are not a list of scenes",
                    remedy: "export them first, such as --to webvtt")
            }
            throw file.malformed("is not valid JSON", remedy: remedy)
        }
        do throws(EventError) {
            let fields = try EventFields(value)
            guard try fields.find("type") == "scened_corrections" else {
                throw EventError.field(path: "type", problem: "is not scened_corrections")
            }
            let version: Int = try fields.get("version")
            guard version == Self.version else { throw EventError.version(version) }
            run = try fields.get("run")
            entries = try fields.get("corrections") { value throws(EventError) in
                try value.list(Self.correction)
            }
        } catch {
            if case .version(let version) = error {
                throw file.malformed(
                    "has version \(version), this scened knows \(Self.version)",
                    remedy: "use the scened that wrote it"
                )
            }
            throw file.malformed(error.description, remedy: remedy)
        }
    }

    private static func correction(_ value: JSONValue) throws(EventError) -> Correction {
        let fields = try EventFields(value)
        let action: String = try fields.get("action")
        switch action {
        case "confirm": return .confirm(try fields.get("id"))
        case "remove": return .remove(try fields.get("id"))
        case "move":
            let place: EventPlace = try fields.get("to")
            return .move(try fields.get("id"), to: CorrectedPlace(place))
        case "add":
            let place: EventPlace = try fields.get("at")
            return .add(CorrectedPlace(place))
        default:
            throw .field(path: "action", problem: "is none of confirm, remove, move and add")
        }
    }
}

extension UInt8 {
    fileprivate var isSpace: Bool { self == 0x20 || self == 0x0a || self == 0x0d || self == 0x09 }
}
