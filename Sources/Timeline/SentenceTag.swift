/// How well a sentence fits a scene, among other sentences.
package struct SentenceTag: Hashable, Sendable {
    /// What the sentence is called.
    package var name: String
    /// Of all sentences: their shares add up to 1.
    package var share: Score
    /// Of the scene's vector and the sentence's, in millionths, -1 to 1.
    package var cosine: Int32

    /// Rounds the cosine to the nearest millionth and clamps it; NaN becomes 0.
    package init(name: String, share: Score, cosine: Double) {
        (self.name, self.share) = (name, share)
        self.cosine = cosine.isNaN ? 0 : Int32((min(max(cosine, -1), 1) * 1_000_000).rounded())
    }
}
