extension SharedFloats {
    /// A copy of values in memory of its own.
    package convenience init(_ values: [Float]) {
        let floats = AlignedFloats(count: values.count)
        for index in values.indices { floats.base[index] = values[index] }
        self.init(floats)
    }

    /// A copy of one row of a matrix of `width` columns.
    package func row(_ index: Int, of width: Int) -> [Float] {
        precondition(index >= 0 && (index + 1) * width <= count, "a row of the matrix")
        return [Float](UnsafeBufferPointer(start: base + index * width, count: width))
    }
}
