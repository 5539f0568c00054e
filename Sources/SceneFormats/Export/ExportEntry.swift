package import Timeline

/// One line of a list, chapter, clip or marker, whatever the format calls it.
package struct ExportEntry: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case scene, shot, block, gap
    }

    package var kind: Kind
    /// From 1 among its kind, as people count.
    package var number: Int
    /// That of the event.
    package var id: String
    /// Any text.
    package var label: String
    /// Ticks from the start of the file, half open.
    package var start: Int64
    package var end: Int64
    /// Positions of the pictures in display order, from 0; nil where pictures were lost before.
    package var startFrame: Int64?
    package var endFrame: Int64?
    /// Score of the boundary that ends a scene.
    package var score: Score?
    /// What kind of block it is; of blocks alone.
    package var block: Block.Kind?
    /// Indices of its first and last shot.
    package var shots: ClosedRange<Int>?
    /// What a scene is tagged with, the best first. Any text.
    package var tags: [String] = []

    /// The tags on one line, `, ` between them; empty where there are none.
    var tagLine: String { singleLine(tags) }
}
