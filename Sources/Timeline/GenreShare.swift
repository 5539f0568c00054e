/// What a genre has of a part, among other genres.
package struct GenreShare: Hashable, Sendable {
    /// What the genre is called.
    package var name: String
    /// Of all genres: their shares add up to 1, or to less where the pictures themselves take part.
    package var share: Score

    package init(name: String, share: Score) { (self.name, self.share) = (name, share) }
}
