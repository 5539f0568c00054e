import Foundation
import TensorKernels

/// The kernels once more as plain loops in Double, to compare with.
enum KernelReferences {
    /// scale * left x right.
    static func product(_ left: [[Double]], _ right: [[Double]], scale: Double = 1) -> [[Double]] {
        left.map { row in
            (0..<(right.first?.count ?? 0)).map { column in
                scale * row.indices.reduce(0) { $0 + row[$1] * right[$1][column] }
            }
        }
    }

    static func transposed(_ matrix: [[Double]]) -> [[Double]] {
        (0..<(matrix.first?.count ?? 0)).map { column in matrix.map { $0[column] } }
    }

    static func layerNorm(_ row: [Double], weight: [Double], bias: [Double], epsilon: Double) -> [Double] {
        let mean = row.reduce(0, +) / Double(row.count)
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
        return row.indices.map {
            (row[$0] - mean) / (variance + epsilon).squareRoot() * weight[$0] + bias[$0]
        }
    }

    static func softmax(_ row: [Double]) -> [Double] {
        let peak = row.max() ?? 0
        let powers = row.map { exp($0 - peak) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    static func gelu(_ x: Double) -> Double { x * 0.5 * erfc(-x / 2.0.squareRoot()) }

    static func rows(_ matrix: Matrix) -> [[Double]] {
        (0..<matrix.rows).map { matrix.row($0).map(Double.init) }
    }

    /// Largest difference of any element, as a part of 1 + its size.
    static func largestDifference(_ matrix: Matrix, _ expected: [[Double]]) -> Double {
        let values = expected.flatMap { $0 }
        guard matrix.rows == expected.count, matrix.values.count == values.count else { return .infinity }
        return zip(matrix.values, values).map { value, expected in
            let difference = abs(Double(value) - expected) / (1 + abs(expected))
            return difference.isNaN ? .infinity : difference
        }.max() ?? 0
    }
}

/// Small repeatable numbers (xorshift64*, Vigna 2016).
struct TestGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func matrix(_ rows: Int, _ columns: Int, scale: Float = 1) -> Matrix {
        Matrix(rows: rows, columns: columns, values: vector(rows * columns, scale: scale))
    }

    mutating func vector(_ count: Int, scale: Float = 1) -> [Float] {
        (0..<count).map { _ in Float.random(in: -scale...scale, using: &self) }
    }
}
