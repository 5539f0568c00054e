import ArgumentParser
import Timeline

/// Which types of event are written, as `--events` names them.
struct EventSelection: ExpressibleByArgument {
    /// All but scores, which are written on request.
    static let standard = EventSelection(kinds: Set(EventKind.allCases).subtracting([.score]))

    let kinds: Set<EventKind>

    private init(kinds: Set<EventKind>) { self.kinds = kinds }

    /// Names separated by commas; nil if one is unknown or none is given.
    init?(argument: String) {
        var kinds: Set<EventKind> = []
        for name in argument.split(separator: ",") {
            guard let kind = EventKind(rawValue: String(name)) else { return nil }
            kinds.insert(kind)
        }
        guard !kinds.isEmpty else { return nil }
        self.init(kinds: kinds)
    }

    /// All names, for the help text.
    static var names: String { EventKind.allCases.map(\.rawValue).joined(separator: ", ") }
}
