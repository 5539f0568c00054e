/// Small pictures on sheets, and where each lies.
package struct PictureSheets: Sendable {
    /// A sheet: tiles in rows, from left to right.
    package struct Sheet: Sendable {
        /// PTS of the pictures, in the order of the tiles.
        package var places: [Int64]
        package var jpeg: [UInt8]

        package init(places: [Int64], jpeg: [UInt8]) {
            self.places = places
            self.jpeg = jpeg
        }
    }

    /// Tiles in a row.
    package var columns: Int
    /// Pixels of a tile.
    package var width: Int
    package var height: Int
    package var sheets: [Sheet]

    package init(columns: Int, width: Int, height: Int, sheets: [Sheet]) {
        self.columns = columns
        self.width = width
        self.height = height
        self.sheets = sheets
    }
}
