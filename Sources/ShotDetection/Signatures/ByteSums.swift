/// Integer sums over bytes: exact, so that equal pictures give equal decisions on every machine.
///
/// Differences pass through 16 bits, because the compiler then multiplies and adds in pairs: nearly twice as
/// fast.
enum ByteSums {
    /// Sum of |a - b| over `range`.
    static func absoluteDifference(_ a: Span<UInt8>, _ b: Span<UInt8>, _ range: Range<Int>) -> Int32 {
        let x = a.extracting(range)
        let y = b.extracting(range)
        var sum: Int32 = 0
        for index in 0..<range.count {
            sum &+= abs(Int32(x[index]) &- Int32(y[index]))
        }
        return sum
    }

    /// Sum of (a - b)^2 over `range`.
    static func squaredDifference(_ a: Span<UInt8>, _ b: Span<UInt8>, _ range: Range<Int>) -> Int32 {
        squaredDifference(a, range.lowerBound, b, range.lowerBound, count: range.count)
    }

    /// Sum of (a - b)^2 over `count` bytes of each, from their own offsets on.
    static func squaredDifference(
        _ a: Span<UInt8>, _ offsetA: Int, _ b: Span<UInt8>, _ offsetB: Int, count: Int
    ) -> Int32 {
        let x = a.extracting(offsetA..<(offsetA + count))
        let y = b.extracting(offsetB..<(offsetB + count))
        var sum: Int32 = 0
        for index in 0..<count {
            let difference = Int16(x[index]) &- Int16(y[index])
            sum &+= Int32(difference) &* Int32(difference)
        }
        return sum
    }

    /// Sums of (f - a)^2 and of (f - a)(b - a) over `range`: where f lies between a and b.
    static func position(
        _ f: Span<UInt8>, from a: Span<UInt8>, to b: Span<UInt8>, _ range: Range<Int>
    ) -> (moved: Int32, along: Int32) {
        let x = f.extracting(range)
        let y = a.extracting(range)
        let z = b.extracting(range)
        var moved: Int32 = 0
        var along: Int32 = 0
        for index in 0..<range.count {
            let start = Int16(y[index])
            let step = Int32(Int16(x[index]) &- start)
            moved &+= step &* step
            along &+= step &* Int32(Int16(z[index]) &- start)
        }
        return (moved, along)
    }

    /// Sum and sum of squares over `range`.
    static func sumAndSquares(_ a: Span<UInt8>, _ range: Range<Int>) -> (sum: Int32, squares: Int32) {
        let x = a.extracting(range)
        var sum: Int32 = 0
        var squares: Int32 = 0
        for index in 0..<range.count {
            let value = Int32(Int16(x[index]))
            sum &+= value
            squares &+= value &* value
        }
        return (sum, squares)
    }
}
