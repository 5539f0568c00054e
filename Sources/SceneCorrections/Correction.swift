/// What a person says of one boundary of a run. Boundaries are named by the `id` of their events.
package enum Correction: Hashable, Sendable {
    /// It stands.
    case confirm(String)
    /// No scene begins there: its scenes are one.
    case remove(String)
    /// It lies elsewhere.
    case move(String, to: CorrectedPlace)
    /// A scene begins here that was not found: a scene is two.
    case add(CorrectedPlace)
}
