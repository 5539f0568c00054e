internal import CFFmpeg
internal import CScened
