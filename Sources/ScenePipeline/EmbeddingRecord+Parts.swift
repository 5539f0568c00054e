package import SceneSegmentation
package import Timeline

extension EmbeddingRecord {
    /// All parts, in order: one row of the file each.
    package var encodedParts: [EncodedPart] { parts.map(\.part) }

    /// A gap between two rows.
    package struct RowGap: Hashable, Sendable {
        /// That of the part that ends where the gap begins.
        package var row: Int
        package var gap: Gap
        /// It is not shorter than the longest part, so that it flushes the ring (contract 13).
        package var flushes: Bool
    }

    /// The gaps between rows, in order. O(parts + gaps).
    package var rowGaps: [RowGap] {
        let longest = max(1, info.media.clock.timeBase.ticks(seconds: info.options.splitAfter))
        var found: [RowGap] = []
        var row = 0
        for (gap, _) in gaps {
            while row + 1 < parts.count, parts[row].part.end.pts < gap.start.pts { row += 1 }
            guard row + 1 < parts.count, parts[row].part.end.pts == gap.start.pts else { continue }
            found.append(
                RowGap(row: row, gap: gap, flushes: gap.end.pts - gap.start.pts >= longest))
        }
        return found
    }
}
