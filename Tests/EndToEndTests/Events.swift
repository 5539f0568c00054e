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
                    of: "\"\(field)\":(\"(\\\\.|[^\"\\\\])*\"|null)", with: "\"\(field)\":0",
                    options: .regularExpression)
            }
        }
    }

    /// The line without what depends on the machine: versions and processor core, and with scores to three
    /// decimals.
    static func withoutBuild(_ line: String) -> String {
        line.replacingOccurrences(
            of: "\"build\":\\{[^}]*\\}", with: "\"build\":0", options: .regularExpression
        )
        .replacingOccurrences(
            of: "\"score\":([01]\\.[0-9]{3})[0-9]{3}", with: "\"score\":$1", options: .regularExpression)
    }
}
