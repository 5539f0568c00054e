package import TensorKernels

// Shapes: T frames, G side of the grid of patches, D width.

/// Reads the positions of a square picture's patches at those of T such pictures, one under the other: the
/// second reading of the position table in Movies2Scenes (Chen et al. 2023, arXiv 2204.01840, section 3.3:
/// "2-D interpolation").
///
/// The grid [G, G] becomes [G T, G]; columns stay. Row r samples the grid at (r + 0.5) / T - 0.5, as
/// PyTorch's `interpolate(align_corners: false)` does. With T = 1 it is the table itself.
package enum PositionInterpolation: String, CaseIterable, Sendable {
    /// Cubic convolution with a = -0.75 over four rows, those beyond the edges being the edge: what Hugging
    /// Face's `interpolate_pos_encoding` gives for the tall picture.
    case bicubic = "tall-bicubic"
    /// Between two rows.
    case bilinear = "tall-bilinear"

    /// Positions [1 + G G T, D] of a class token and the patches of T frames in order, from those of one
    /// picture [1 + G G, D]. O(G G T D).
    package func positions(_ table: Matrix, frames: Int) -> Matrix {
        guard let side = VisionTransformer.gridSide(tokens: table.rows), side > 0, frames > 0 else {
            preconditionFailure("positions of a square of patches and a class, and a frame")
        }
        guard frames > 1 else { return table }
        var values = table.row(0)
        values.reserveCapacity((1 + side * side * frames) * table.columns)
        for row in 0..<side * frames {
            let taps = taps(row: row, side: side, frames: frames)
            for column in 0..<side {
                var position = [Float](repeating: 0, count: table.columns)
                for (source, weight) in taps {
                    let token = table.row(1 + source * side + column)
                    for channel in position.indices { position[channel] += weight * token[channel] }
                }
                values += position
            }
        }
        return Matrix(rows: 1 + side * side * frames, columns: table.columns, values: values)
    }

    /// Adds the gradient for the table [1 + G G, D], from that of the positions [1 + G G T, D]. O(G G T D).
    func addGradient(_ gradient: Matrix, frames: Int, to table: inout Matrix) {
        guard let side = VisionTransformer.gridSide(tokens: table.rows) else {
            preconditionFailure("positions of a square of patches and a class")
        }
        guard frames > 1 else { return addInto(&table, gradient) }
        addRowsInto(&table, row: 0, gradient, inputRow: 0)
        for row in 0..<side * frames {
            for (source, weight) in taps(row: row, side: side, frames: frames) {
                for column in 0..<side {
                    let (token, place) = (1 + source * side + column, 1 + row * side + column)
                    for channel in 0..<table.columns {
                        table[token, channel] += weight * gradient[place, channel]
                    }
                }
            }
        }
    }

    /// The rows of the grid that row `row` of the tall one is made of, and their weights, whose sum is 1.
    func taps(row: Int, side: Int, frames: Int) -> [(row: Int, weight: Float)] {
        func held(_ row: Int) -> Int { min(max(row, 0), side - 1) }
        let exact = (Double(row) + 0.5) / Double(frames) - 0.5
        switch self {
        case .bilinear:
            let place = max(exact, 0)
            let low = Int(place)
            let share = Float(place - Double(low))
            return [(held(low), 1 - share), (held(low + 1), share)]
        case .bicubic:
            let low = exact.rounded(.down)
            let share = exact - low
            return [1 + share, share, 1 - share, 2 - share].enumerated().map { tap, distance in
                (held(Int(low) - 1 + tap), Float(Self.cubic(distance)))
            }
        }
    }

    /// The weight of a row at a distance of 0 to 2 (Keys 1981, equation 15, with a = -0.75).
    private static func cubic(_ x: Double) -> Double {
        let a = -0.75
        return x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    }
}
