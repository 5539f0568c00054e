/// A stream of a film that is not in what was written.
package struct LeftOutStream: Hashable, Sendable, CustomStringConvertible {
    /// Its number in the film.
    package var number: Int
    /// What it is, for people: `subtitle, mov_text`.
    package var kind: String
    /// A container that takes it beside the film's video; nil: none does.
    package var keeper: Container?

    package var description: String { "stream \(number) (\(kind))" }

    /// What keeps streams that were left out: `; ` and which container takes which of them. Empty where none
    /// does. `choice`: how the user chooses a container.
    package static func remedy(for streams: [LeftOutStream], _ choice: (Container) -> String) -> String {
        var keepers: [Container] = []
        for case let keeper? in streams.map(\.keeper) where !keepers.contains(keeper) {
            keepers.append(keeper)
        }
        let parts = keepers.map { keeper in
            let kept = streams.filter { $0.keeper == keeper }
            let all = kept.count == 1 ? "it" : "them"
            let some = kept.map { "stream \($0.number)" }.joined(separator: " and ")
            return "\(choice(keeper)) takes \(kept.count == streams.count ? all : some)"
        }
        return parts.isEmpty ? "" : "; " + parts.joined(separator: ", ")
    }
}
