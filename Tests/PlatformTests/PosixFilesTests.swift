import Foundation
import Platform
import Testing

/// Files of the machine that are replaced as a whole.
@Suite struct PosixFilesTests {
    /// What cannot take its name leaves nothing behind.
    @Test(arguments: [true, false]) func aRefusedFileLeavesNothing(isSynced: Bool) throws {
        let folder = try Folder()
        let (files, path) = (PosixFiles(), folder.path("taken"))
        // A folder that holds something gives its name to no file.
        try files.createDirectory(path + "/below")
        #expect(throws: DurableFileError.self) {
            if isSynced { try files.replace(path, with: [1]) } else { try files.overwrite(path, with: [1]) }
        }
        #expect(folder.names == ["taken"])
        try files.replace(folder.path("free"), with: Array("whole".utf8))
        #expect(folder.names == ["free", "taken"] && folder.text("free") == "whole")
    }

    @Test func onlyAFullDiskIsFull() {
        for code in Int32(1)...133 {
            let error = DurableFileError(operation: "write", path: "/x", code: code, reason: "why")
            #expect(error.isFull == [ENOSPC, EDQUOT].contains(code))
        }
    }

    /// The remedy goes with the cause, whoever writes.
    @Test func outputsHaveTheRemediesOfFiles() {
        for code in [ENOSPC, EFBIG, EIO, EROFS] {
            #expect(OutputError("/x", code).remedy == FileRemedy.text(for: code, isWriting: true))
        }
    }
}
