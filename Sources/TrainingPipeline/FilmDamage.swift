/// A film whose video broke off: what came before counts, and the user hears of it.
package struct FilmDamage: Hashable, Sendable, CustomStringConvertible {
    /// Of the video.
    package let path: String
    /// As the reader says it.
    package let reason: String

    package init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }

    /// One line with a remedy.
    package var description: String {
        "film '\(path)' broke off and counts up to there: \(reason): check it with ffprobe, or copy it again"
    }
}
