/// Where each cue stands in a descriptor embedding, and how much it counts.
///
/// An embedding is the concatenation of blocks in the order of `DescriptorBlock.allCases`. Each block has
/// length sqrt(weight) at most, so the dot product of two embeddings is the weighted mean of the blocks'
/// cosines, and the similarity by one cue alone is the cosine within its range.
package struct DescriptorLayout: Hashable, Sendable {
    /// One block.
    package struct Entry: Hashable, Sendable {
        package let block: DescriptorBlock
        /// Positions in the embedding.
        package let range: Range<Int>
        /// Share of the similarity; all shares add up to 1.
        package let weight: Float
    }

    package let entries: [Entry]

    /// Length of an embedding.
    package let dimension: Int

    /// The one layout there is; a change of it is a new version of the encoder's name.
    package static let standard = DescriptorLayout()

    private init() {
        var entries: [Entry] = []
        var start = 0
        for block in DescriptorBlock.allCases {
            let end = start + block.count
            entries.append(Entry(block: block, range: start..<end, weight: block.weight))
            start = end
        }
        self.entries = entries
        dimension = start
    }

    package subscript(_ block: DescriptorBlock) -> Entry { entries[block.position] }
}

/// A cue of the descriptor.
package enum DescriptorBlock: String, Hashable, Sendable, CaseIterable {
    /// Square root of a histogram, [luma 4][chroma 4][hue 8], soft bins.
    case color
    /// Per cell of a 3 x 3 grid, row by row: Y, 1 - Y, Cb, Cr, deviation of Y, deviation of chroma.
    case layout
    /// Per cell of a 3 x 3 grid: square root of a histogram of gradient directions at 0, 45, 90 and 135
    /// degrees, and of how much is flat.
    case texture
    /// The low 8 x 8 band of the luma's cosine transform, without the mean, row by row.
    case composition
    /// Brightness, its complement, contrast, saturation, deviation of saturation, bars above and below, bars
    /// at the sides.
    case tone
    /// A constant, motion, length, whether it begins with a dissolve or fade.
    case tempo

    package var count: Int {
        switch self {
        case .color: 4 * 4 * 8
        case .layout: 9 * 6
        case .texture: 9 * 5
        case .composition: 8 * 8 - 1
        case .tone: 7
        case .tempo: 4
        }
    }

    /// Palette and place first: they last through a scene while framing changes from shot to shot.
    /// Composition and texture tell the return of one camera from another shot with the same palette.
    package var weight: Float {
        switch self {
        case .color: 0.40
        case .layout: 0.20
        case .texture: 0.15
        case .composition: 0.10
        case .tone: 0.10
        case .tempo: 0.05
        }
    }

    var position: Int {
        switch self {
        case .color: 0
        case .layout: 1
        case .texture: 2
        case .composition: 3
        case .tone: 4
        case .tempo: 5
        }
    }
}
