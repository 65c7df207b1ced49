package form

import "diwan.example/gov"

// missing are the texts for questions that were left empty.
var missing = map[Kind]gov.Text{
	ShortText:   gov.T("هذا السؤال مطلوب، فاكتب إجابتك", "This is required: write your answer"),
	LongText:    gov.T("هذا السؤال مطلوب، فاكتب إجابتك", "This is required: write your answer"),
	Number:      gov.T("اكتب العدد بالأرقام", "Write the number in figures"),
	Money:       gov.T("اكتب المبلغ بالأرقام", "Write the amount in figures"),
	Date:        gov.T("اكتب التاريخ: اليوم والشهر والسنة", "Write the date: day, month and year"),
	Time:        gov.T("اكتب الوقت، مثل 14:30", "Write the time, like 14:30"),
	YesNo:       gov.T("اختر «نعم» أو «لا»", "Choose yes or no"),
	OneOf:       gov.T("اختر إجابة من القائمة", "Choose one of the answers"),
	ManyOf:      gov.T("اختر إجابة واحدة على الأقل", "Choose at least one answer"),
	CivilNumber: gov.T("اكتب الرقم الشخصي", "Write the civil number"),
	Passport:    gov.T("اكتب رقم جواز السفر", "Write the passport number"),
	IBAN:        gov.T("اكتب رقم الحساب المصرفي الدولي (الآيبان)", "Write the IBAN of the account"),
	Phone:       gov.T("اكتب رقم الهاتف", "Write the phone number"),
	Email:       gov.T("اكتب عنوان البريد الإلكتروني", "Write the e-mail address"),
	Address:     gov.T("اكتب العنوان: المجمع والطريق والمبنى", "Write the address: block, road and building"),
	MapPoint:    gov.T("حدّد الموقع على الخريطة، أو اكتب خطي العرض والطول", "Mark the place on the map, or write its latitude and longitude"),
	File:        gov.T("أرفق الملف المطلوب", "Attach the file"),
	Group:       gov.T("أضف سجلًا واحدًا على الأقل", "Add at least one entry"),
	Declaration: gov.T("لا يمكن المتابعة قبل الموافقة على هذا الإقرار", "You need to accept this declaration to go on"),
}

var missingPart = map[string]gov.Text{
	"block":    gov.T("اكتب رقم المجمع", "Write the block number"),
	"road":     gov.T("اكتب رقم الطريق", "Write the road number"),
	"building": gov.T("اكتب رقم المبنى", "Write the building number"),
}

var (
	unknownAnswer = gov.T("لا يوجد سؤال بهذا الاسم في النموذج", "The form has no question of this name")

	notText    = gov.T("الإجابة هنا نص", "The answer here is text")
	tooLong    = gov.T("النص أطول من المسموح به، والحد الأقصى لعدد الأحرف هو %d", "The text is too long; at most %d characters are allowed")
	tooShort   = gov.T("النص أقصر من المطلوب، والحد الأدنى لعدد الأحرف هو %d", "The text is too short; at least %d characters are needed")
	badPattern = gov.T("الإجابة ليست بالصيغة المطلوبة، فراجع الإرشاد أسفل السؤال", "The answer does not have the form asked for; see the hint below the question")

	notNumber = gov.T("هذا ليس عددًا، فاكتبه بالأرقام، مثل 12.5", "This is not a number; write it in figures, like 12.5")
	notWhole  = gov.T("اكتب عددًا صحيحًا بلا كسور", "Write a whole number, without decimals")
	tooFine   = gov.T("المنازل العشرية أكثر من المسموح به، والحد الأقصى هو %d", "There are too many decimals; at most %d are allowed")
	tooBig    = gov.T("العدد أكبر من أن يُقبل، فتأكد من كتابته", "The number is too large; check how it is written")
	tooSmall  = gov.T("أقل قيمة مقبولة هي %s", "The smallest value accepted is %s")
	tooLarge  = gov.T("أكبر قيمة مقبولة هي %s", "The largest value accepted is %s")

	notMoney   = gov.T("المبلغ غير مفهوم، فاكتبه بالأرقام، مثل %s", "This is not an amount; write it in figures, like %s")
	minorUnits = gov.T("أرسل المبلغ نصًا مثل \"%s\"، أو عددًا صحيحًا من أصغر وحدات العملة", "Send the amount as text, like \"%s\", or as a whole number of the currency's smallest units")

	notDate     = gov.T("اكتب التاريخ باليوم والشهر والسنة، مثل 31/1/2026", "Write the date as day, month and year, like 31/1/2026")
	shortYear   = gov.T("اكتب السنة بأربعة أرقام، مثل 2026", "Write the year with four figures, like 2026")
	noMonth     = gov.T("لا يوجد شهر رقمه %d، فالأشهر من 1 إلى 12", "There is no month %d; months are 1 to 12")
	noDay       = gov.T("لا يوجد يوم رقمه %d، فالأيام من 1 إلى 31", "There is no day %d; days are 1 to 31")
	noYear      = gov.T("السنة %d غير معقولة، فتأكد من كتابتها", "The year %d cannot be meant; check how it is written")
	noSuchDay   = gov.T("لا يوجد يوم %d في شهر %s %d، فآخر أيامه %d", "There is no %d %s %d; the last day of that month is %d")
	tooEarly    = gov.T("لا يُقبل ما قبل %s", "Nothing before %s is accepted")
	tooLate     = gov.T("لا يُقبل ما بعد %s", "Nothing after %s is accepted")
	beforeToday = gov.T("لا يُقبل تاريخ مضى، فاكتب تاريخ اليوم أو ما بعده", "The date is in the past; write today or a later day")
	afterToday  = gov.T("لا يُقبل تاريخ لم يحن بعد، فاكتب تاريخ اليوم أو ما قبله", "The date is in the future; write today or an earlier day")
	notTime     = gov.T("اكتب الوقت بالساعة والدقيقة، مثل 14:30", "Write the time as hour and minute, like 14:30")

	notOffered = gov.T("هذه الإجابة ليست من الخيارات المتاحة، فاختر من القائمة", "This is not one of the answers offered; choose from the list")

	notCivil     = gov.T("الرقم الشخصي يتكون من 9 أرقام، فاكتبه بالأرقام وحدها", "A civil number has 9 figures; write figures only")
	civilLength  = gov.T("الرقم الشخصي يتكون من 9 أرقام، وعدد الأرقام التي كتبتها %d", "A civil number has 9 figures; you wrote %d")
	civilCheck   = gov.T("الرقم الشخصي غير صحيح، فقارنه برقم البطاقة رقمًا رقمًا", "The civil number is not right; compare it with the card figure by figure")
	civilForeign = gov.T("يبدو هذا رقمًا شخصيًا صادرًا من %s، والمطلوب هنا الرقم الشخصي الصادر في هذا البلد", "This looks like a civil number of %s; the number needed here is the one issued in this country")

	notPassport = gov.T("رقم الجواز حروف لاتينية وأرقام فقط، من 5 إلى 15، كما هو مطبوع في الجواز", "A passport number has 5 to 15 Latin letters and figures, as printed in the passport")

	notIBAN    = gov.T("هذا ليس رقم آيبان، وهو يبدأ بحرفين للبلد ثم رقمين، مثل BH67 BMAG 0000 1299 1234 56", "This is not an IBAN; it begins with two letters for the country and two figures, like BH67 BMAG 0000 1299 1234 56")
	ibanLength = gov.T("رقم الآيبان الذي يبدأ بالحرفين %s طوله %d خانة، وطول ما كتبته %d", "An IBAN of %s has %d characters; you wrote %d")
	ibanCheck  = gov.T("رقم الآيبان غير صحيح، فقارنه بما لدى المصرف خانة خانة", "The IBAN is not right; compare it with the one from your bank, character by character")

	notPhone     = gov.T("اكتب رقم الهاتف من %d أرقام، أو مع رمز البلد، مثل ‎+966500000000", "Write the phone number with %d figures, or with its country code, like +966500000000")
	phoneLength  = gov.T("بعد الرمز ‎%s يأتي رقم عدد خاناته %d", "After %s come %d figures")
	notEmail     = gov.T("عنوان البريد غير صحيح، فاكتبه بصيغة name@example.com", "This is not an e-mail address; write it like name@example.com")
	emailLetters = gov.T("اكتب عنوان البريد بالحروف اللاتينية، مثل name@example.com", "Write the e-mail address with Latin letters, like name@example.com")

	notAddress = gov.T("العنوان يتكون من المجمع والطريق والمبنى والشقة", "An address has a block, a road, a building and a flat")
	badPart    = gov.T("اكتب حروفًا وأرقامًا فقط، 20 خانة على الأكثر", "Write letters and figures only, at most 20")
	notPoint   = gov.T("الموقع خط عرض من ‎-90 إلى 90 وخط طول من ‎-180 إلى 180", "A place has a latitude from -90 to 90 and a longitude from -180 to 180")

	notFile      = gov.T("هذا ليس ملفًا رُفع هنا، فأرفق الملف من جديد", "This is not a file that was uploaded here; attach the file again")
	notYourFile  = gov.T("لم نجد هذا الملف بين ملفاتك، فأرفقه من جديد", "This file is not among yours; attach it again")
	emptyFile    = gov.T("الملف فارغ، فاختر ملفًا آخر", "The file is empty; choose another one")
	bigFile      = gov.T("الملف أكبر من المسموح به، والحد الأقصى %d كيلوبايت", "The file is too large; at most %d KB are allowed")
	tooManyFiles = gov.T("الحد الأقصى لعدد الملفات %d، وعدد ما أرفقته %d", "At most %d files are allowed; you attached %d")
	wrongType    = gov.T("نوع الملف غير مقبول هنا، والأنواع المقبولة: %s", "This type of file is not accepted here; accepted are: %s")
	falseName    = gov.T("محتوى الملف لا يطابق اسمه الذي ينتهي بـ ‎%s، فاحفظه بنوعه الصحيح ثم أرفقه", "The file's content is not what its name, ending in %s, says; save it as its real type and attach it again")
	unknownFile  = gov.T("لم نتعرف على نوع الملف من محتواه، فأرفق ملف PDF أو صورة", "The file's content is of no type we know; attach a PDF or a picture")
	heicFile     = gov.T("صور HEIC غير مقبولة، فاحفظ الصورة بصيغة JPEG ثم أرفقها", "HEIC pictures are not accepted; save the picture as JPEG and attach it again")

	notRows     = gov.T("الإجابة هنا قائمة سجلات", "The answer here is a list of entries")
	tooManyRows = gov.T("الحد الأقصى لعدد السجلات %d، وعدد ما أضفته %d", "At most %d entries are allowed; you added %d")
	tooFewRows  = gov.T("الحد الأدنى لعدد السجلات %d، وعدد ما أضفته %d", "At least %d entries are needed; you added %d")
)

// months of the civil year, as they are called in the Gulf.
var months = []gov.Text{
	gov.T("يناير", "January"), gov.T("فبراير", "February"), gov.T("مارس", "March"), gov.T("أبريل", "April"), gov.T("مايو", "May"),
	gov.T("يونيو", "June"), gov.T("يوليو", "July"), gov.T("أغسطس", "August"), gov.T("سبتمبر", "September"), gov.T("أكتوبر", "October"),
	gov.T("نوفمبر", "November"), gov.T("ديسمبر", "December"),
}
