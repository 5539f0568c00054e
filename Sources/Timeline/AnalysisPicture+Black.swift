extension AnalysisPicture {
    /// Luma (full range) up to which a pixel is black: a tenth of the range, as FFmpeg's blackdetect has it.
    private static let blackest: UInt8 = 26
    /// Of a thousand pixels so many may be brighter: a logo or a clock.
    private static let exceptions = 20

    /// It shows nothing but black, and perhaps a logo.
    package var isBlack: Bool {
        let luma = planes.span
        var bright = 0
        for index in 0..<Self.lumaCount where luma[index] > Self.blackest { bright += 1 }
        return bright * 1000 <= Self.exceptions * Self.lumaCount
    }
}
