/// Integer sums over bytes: exact, so that equal pictures give equal decisions on every machine.
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
            let difference = Int32(x[index]) &- Int32(y[index])
            sum &+= difference &* difference
        }
        return sum
    }

    /// Sum of (a - b)(c - d) over `range`.
    static func product(
        _ a: Span<UInt8>, minus b: Span<UInt8>, _ c: Span<UInt8>, minus d: Span<UInt8>, _ range: Range<Int>
    ) -> Int32 {
        let x = a.extracting(range)
        let y = b.extracting(range)
        let z = c.extracting(range)
        let w = d.extracting(range)
        var sum: Int32 = 0
        for index in 0..<range.count {
            sum &+= (Int32(x[index]) &- Int32(y[index])) &* (Int32(z[index]) &- Int32(w[index]))
        }
        return sum
    }

    /// Sum and sum of squares over `range`.
    static func sumAndSquares(_ a: Span<UInt8>, _ range: Range<Int>) -> (sum: Int32, squares: Int32) {
        let x = a.extracting(range)
        var sum: Int32 = 0
        var squares: Int32 = 0
        for index in 0..<range.count {
            let value = Int32(x[index])
            sum &+= value
            squares &+= value &* value
        }
        return (sum, squares)
    }
}
