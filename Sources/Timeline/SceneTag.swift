/// What somebody taught a probe, as a scene shows it.
package struct SceneTag: Hashable, Sendable {
    package var label: String
    package var probability: Score

    package init(label: String, probability: Score) {
        (self.label, self.probability) = (label, probability)
    }
}
