import ArgumentParser
import SceneEvents

/// Which types of event are written, as `--events` names them.
struct EventSelection {
    /// All that there are where scenes are found: `cut` is of `scened shots` alone.
    private static let selectable = EventKind.allCases.filter { $0 != .cut }

    /// All but scores, which are written on request.
    static let standard = EventSelection(kinds: Set(selectable).subtracting([.score]))

    let kinds: Set<EventKind>

    private init(kinds: Set<EventKind>) { self.kinds = kinds }

    /// Names separated by commas, with or without spaces. Throws `ValidationError` if one is unknown or none
    /// is given.
    init(list: String) throws {
        var kinds: Set<EventKind> = []
        for name in CommaList.items(list) {
            guard let kind = EventKind(rawValue: name), Self.selectable.contains(kind) else {
                throw ValidationError("'\(name)' is not an event type; known: \(Self.names)")
            }
            kinds.insert(kind)
        }
        self.init(kinds: kinds)
    }

    /// All names, for the help text.
    static var names: String { selectable.map(\.rawValue).joined(separator: ", ") }
}
