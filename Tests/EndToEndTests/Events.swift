import Foundation

/// What can be said about a stream of event lines.
enum Events {
    /// Fields that the schema marks volatile: they tell about one run, not about the media.
    static let volatile = ["input", "run", "wall", "model_file"]

    /// The lines with volatile fields blanked; everything else byte for byte.
    static func stable(_ lines: [String]) -> [String] {
        lines.map { line in
            volatile.reduce(line) { text, field in
                text.replacingOccurrences(
                    of: "\"\(field)\":(\"(\\\\.|[^\"\\\\])*\"|null)", with: "\"\(field)\":0", options: .regularExpression)
            }
        }
    }
}
