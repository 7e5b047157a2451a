; Types the line that the kiosk copied (F3) into a desktop form of the hospital system (HIS).
;
; NOT RUN BY US: no Windows machine was at hand. Try it on invented patients first.
; AutoHotkey 2.0: https://www.autohotkey.com. Put the caret into the first field, then press Ctrl+Alt+V.

#Requires AutoHotkey v2.0
#SingleInstance Force

; The window that may be typed into: a part of its title. Nothing is typed into any other.
HisTitle := "Tiếp đón"
; Places of the line in the order of the form's fields; 0 leaves a field as it is.
Order := [1, 2, 3, 4, 5, 6, 7]
; Places in the kiosk's template; one more is its note that the portal has not answered.
Places := 7
; Milliseconds between two fields; more for a slow form.
Pause := 60

SetTitleMatchMode 2

^!v:: {
    values := StrSplit(RTrim(A_Clipboard, "`r`n"), "`t")
    if !(values.Length = Places or values.Length = Places + 1)
        or !RegExMatch(values[1], "^([A-Z]{2}\d{13}|\d{10}|)$") or values[2] = "" {
        MsgBox "Không phải dòng chép từ kiosk, chưa điền gì. Bấm F3 ở kiosk rồi thử lại.", "Kiosk BHYT"
        return
    }
    KeyWait "Ctrl"
    KeyWait "Alt"
    his := WinExist("A")
    for at, place in Order {
        if !WinActive("ahk_id " his) or !WinActive(HisTitle) {
            MsgBox "Không phải cửa sổ " HisTitle ", đã dừng ở trường " at ". Kiểm tra lại các trường.", "Kiosk BHYT"
            return
        }
        if place > 0 {
            Send "^a{Delete}" ; what stood there is another patient's
            SendText values[place] ; text alone: nothing in it is a key
            Sleep Pause
        }
        if at < Order.Length {
            Send "{Tab}"
            Sleep Pause
        }
    }
    if values.Length > Places
        MsgBox values[Places + 1], "Kiosk BHYT"
}
