package form

import "diwan.example/gov"

// missing are the texts for questions that were left empty.
var missing = map[Kind]gov.Text{
	ShortText:   gov.T("هذا السؤال مطلوب، فاكتب إجابتك", "This is required: write your answer").French("Cette réponse est obligatoire : écrivez-la"),
	LongText:    gov.T("هذا السؤال مطلوب، فاكتب إجابتك", "This is required: write your answer").French("Cette réponse est obligatoire : écrivez-la"),
	Number:      gov.T("اكتب العدد بالأرقام", "Write the number in figures").French("Écrivez le nombre en chiffres"),
	Money:       gov.T("اكتب المبلغ بالأرقام", "Write the amount in figures").French("Écrivez le montant en chiffres"),
	Date:        gov.T("اكتب التاريخ: اليوم والشهر والسنة", "Write the date: day, month and year").French("Écrivez la date : jour, mois et année"),
	Time:        gov.T("اكتب الوقت، مثل 14:30", "Write the time, like 14:30").French("Écrivez l’heure, par exemple 14:30"),
	YesNo:       gov.T("اختر «نعم» أو «لا»", "Choose yes or no").French("Choisissez oui ou non"),
	OneOf:       gov.T("اختر إجابة من القائمة", "Choose one of the answers").French("Choisissez une réponse"),
	ManyOf:      gov.T("اختر إجابة واحدة على الأقل", "Choose at least one answer").French("Choisissez au moins une réponse"),
	CivilNumber: gov.T("اكتب الرقم الشخصي", "Write the civil number").French("Écrivez le numéro civil"),
	Passport:    gov.T("اكتب رقم جواز السفر", "Write the passport number").French("Écrivez le numéro de passeport"),
	IBAN:        gov.T("اكتب رقم الحساب المصرفي الدولي (الآيبان)", "Write the IBAN of the account").French("Écrivez l’IBAN du compte"),
	Phone:       gov.T("اكتب رقم الهاتف", "Write the phone number").French("Écrivez le numéro de téléphone"),
	Email:       gov.T("اكتب عنوان البريد الإلكتروني", "Write the e-mail address").French("Écrivez l’adresse électronique"),
	Address:     gov.T("اكتب العنوان: المجمع والطريق والمبنى", "Write the address: block, road and building").French("Écrivez l’adresse : îlot, rue et bâtiment"),
	MapPoint:    gov.T("حدّد الموقع على الخريطة، أو اكتب خطي العرض والطول", "Mark the place on the map, or write its latitude and longitude").French("Indiquez le lieu sur la carte, ou écrivez sa latitude et sa longitude"),
	File:        gov.T("أرفق الملف المطلوب", "Attach the file").French("Joignez le fichier"),
	Group:       gov.T("أضف سجلًا واحدًا على الأقل", "Add at least one entry").French("Ajoutez au moins une ligne"),
	Declaration: gov.T("لا يمكن المتابعة قبل الموافقة على هذا الإقرار", "You need to accept this declaration to go on").French("Vous devez accepter cette déclaration pour continuer"),
}

var missingPart = map[string]gov.Text{
	"block":    gov.T("اكتب رقم المجمع", "Write the block number").French("Écrivez le numéro de l’îlot"),
	"road":     gov.T("اكتب رقم الطريق", "Write the road number").French("Écrivez le numéro de la rue"),
	"building": gov.T("اكتب رقم المبنى", "Write the building number").French("Écrivez le numéro du bâtiment"),
}

var (
	unknownAnswer = gov.T("لا يوجد سؤال بهذا الاسم في النموذج", "The form has no question of this name").French("Le formulaire n’a pas de question de ce nom")

	notText    = gov.T("الإجابة هنا نص", "The answer here is text").French("La réponse est ici un texte")
	tooLong    = gov.T("النص أطول من المسموح به، والحد الأقصى لعدد الأحرف هو %d", "The text is too long; at most %d characters are allowed").French("Le texte est trop long : %d caractères au plus")
	tooShort   = gov.T("النص أقصر من المطلوب، والحد الأدنى لعدد الأحرف هو %d", "The text is too short; at least %d characters are needed").French("Le texte est trop court : il faut au moins %d caractères")
	badPattern = gov.T("الإجابة ليست بالصيغة المطلوبة، فراجع الإرشاد أسفل السؤال", "The answer does not have the form asked for; see the hint below the question").French("La réponse n’a pas la forme demandée ; voyez l’indication sous la question")

	notNumber = gov.T("هذا ليس عددًا، فاكتبه بالأرقام، مثل 12.5", "This is not a number; write it in figures, like 12.5").French("Ce n’est pas un nombre ; écrivez-le en chiffres, par exemple 12.5")
	notWhole  = gov.T("اكتب عددًا صحيحًا بلا كسور", "Write a whole number, without decimals").French("Écrivez un nombre entier, sans décimales")
	tooFine   = gov.T("المنازل العشرية أكثر من المسموح به، والحد الأقصى هو %d", "There are too many decimals; at most %d are allowed").French("Il y a trop de décimales : %d au plus")
	tooBig    = gov.T("العدد أكبر من أن يُقبل، فتأكد من كتابته", "The number is too large; check how it is written").French("Le nombre est trop grand ; vérifiez-le")
	tooSmall  = gov.T("أقل قيمة مقبولة هي %s", "The smallest value accepted is %s").French("La plus petite valeur acceptée est %s")
	tooLarge  = gov.T("أكبر قيمة مقبولة هي %s", "The largest value accepted is %s").French("La plus grande valeur acceptée est %s")

	notMoney   = gov.T("المبلغ غير مفهوم، فاكتبه بالأرقام، مثل %s", "This is not an amount; write it in figures, like %s").French("Ce n’est pas un montant ; écrivez-le en chiffres, par exemple %s")
	minorUnits = gov.T("أرسل المبلغ نصًا مثل \"%s\"، أو عددًا صحيحًا من أصغر وحدات العملة", "Send the amount as text, like \"%s\", or as a whole number of the currency's smallest units").French("Envoyez le montant en texte, par exemple \"%s\", ou en nombre entier de la plus petite unité de la monnaie")

	notDate     = gov.T("اكتب التاريخ باليوم والشهر والسنة، مثل 31/1/2026", "Write the date as day, month and year, like 31/1/2026").French("Écrivez la date en jour, mois et année, par exemple 31/1/2026")
	shortYear   = gov.T("اكتب السنة بأربعة أرقام، مثل 2026", "Write the year with four figures, like 2026").French("Écrivez l’année en quatre chiffres, par exemple 2026")
	noMonth     = gov.T("لا يوجد شهر رقمه %d، فالأشهر من 1 إلى 12", "There is no month %d; months are 1 to 12").French("Il n’y a pas de mois %d ; les mois vont de 1 à 12")
	noDay       = gov.T("لا يوجد يوم رقمه %d، فالأيام من 1 إلى 31", "There is no day %d; days are 1 to 31").French("Il n’y a pas de jour %d ; les jours vont de 1 à 31")
	noYear      = gov.T("السنة %d غير معقولة، فتأكد من كتابتها", "The year %d cannot be meant; check how it is written").French("L’année %d n’est pas vraisemblable ; vérifiez-la")
	noSuchDay   = gov.T("لا يوجد يوم %d في شهر %s %d، فآخر أيامه %d", "There is no %d %s %d; the last day of that month is %d").French("Le %d %s %d n’existe pas ; ce mois finit le %d")
	tooEarly    = gov.T("لا يُقبل ما قبل %s", "Nothing before %s is accepted").French("Rien n’est accepté avant le %s")
	tooLate     = gov.T("لا يُقبل ما بعد %s", "Nothing after %s is accepted").French("Rien n’est accepté après le %s")
	beforeToday = gov.T("لا يُقبل تاريخ مضى، فاكتب تاريخ اليوم أو ما بعده", "The date is in the past; write today or a later day").French("Cette date est passée ; écrivez aujourd’hui ou plus tard")
	afterToday  = gov.T("لا يُقبل تاريخ لم يحن بعد، فاكتب تاريخ اليوم أو ما قبله", "The date is in the future; write today or an earlier day").French("Cette date est à venir ; écrivez aujourd’hui ou plus tôt")
	notTime     = gov.T("اكتب الوقت بالساعة والدقيقة، مثل 14:30", "Write the time as hour and minute, like 14:30").French("Écrivez l’heure et les minutes, par exemple 14:30")

	notOffered = gov.T("هذه الإجابة ليست من الخيارات المتاحة، فاختر من القائمة", "This is not one of the answers offered; choose from the list").French("Cette réponse n’est pas proposée ; choisissez dans la liste")

	notCivil     = gov.T("الرقم الشخصي يتكون من 9 أرقام، فاكتبه بالأرقام وحدها", "A civil number has 9 figures; write figures only").French("Un numéro civil a 9 chiffres ; n’écrivez que des chiffres")
	civilLength  = gov.T("الرقم الشخصي يتكون من 9 أرقام، وعدد الأرقام التي كتبتها %d", "A civil number has 9 figures; you wrote %d").French("Un numéro civil a 9 chiffres ; vous en avez écrit %d")
	civilCheck   = gov.T("الرقم الشخصي غير صحيح، فقارنه برقم البطاقة رقمًا رقمًا", "The civil number is not right; compare it with the card figure by figure").French("Le numéro civil n’est pas juste ; comparez-le à la carte, chiffre par chiffre")
	civilForeign = gov.T("يبدو هذا رقمًا شخصيًا صادرًا من %s، والمطلوب هنا الرقم الشخصي الصادر في هذا البلد", "This looks like a civil number of %s; the number needed here is the one issued in this country").French("Ce numéro semble venir de %s ; il faut celui qui est délivré dans ce pays")

	notPassport = gov.T("رقم الجواز حروف لاتينية وأرقام فقط، من 5 إلى 15، كما هو مطبوع في الجواز", "A passport number has 5 to 15 Latin letters and figures, as printed in the passport").French("Un numéro de passeport a de 5 à 15 lettres latines et chiffres, comme dans le passeport")

	notIBAN    = gov.T("هذا ليس رقم آيبان، وهو يبدأ بحرفين للبلد ثم رقمين، مثل BH67 BMAG 0000 1299 1234 56", "This is not an IBAN; it begins with two letters for the country and two figures, like BH67 BMAG 0000 1299 1234 56").French("Ce n’est pas un IBAN ; il commence par deux lettres pour le pays et deux chiffres, par exemple BH67 BMAG 0000 1299 1234 56")
	ibanLength = gov.T("رقم الآيبان الذي يبدأ بالحرفين %s طوله %d خانة، وطول ما كتبته %d", "An IBAN of %s has %d characters; you wrote %d").French("Un IBAN de %s a %d caractères ; vous en avez écrit %d")
	ibanCheck  = gov.T("رقم الآيبان غير صحيح، فقارنه بما لدى المصرف خانة خانة", "The IBAN is not right; compare it with the one from your bank, character by character").French("L’IBAN n’est pas juste ; comparez-le à celui de votre banque, caractère par caractère")

	notPhone     = gov.T("اكتب رقم الهاتف من %d أرقام، أو مع رمز البلد، مثل ‎+966500000000", "Write the phone number with %d figures, or with its country code, like +966500000000").French("Écrivez le numéro de téléphone avec %d chiffres, ou avec l’indicatif du pays, par exemple +966500000000")
	phoneLength  = gov.T("بعد الرمز ‎%s يأتي رقم عدد خاناته %d", "After %s come %d figures").French("Après %s viennent %d chiffres")
	notEmail     = gov.T("عنوان البريد غير صحيح، فاكتبه بصيغة name@example.com", "This is not an e-mail address; write it like name@example.com").French("Ce n’est pas une adresse électronique ; écrivez-la comme nom@example.com")
	emailLetters = gov.T("اكتب عنوان البريد بالحروف اللاتينية، مثل name@example.com", "Write the e-mail address with Latin letters, like name@example.com").French("Écrivez l’adresse électronique en lettres latines, comme nom@example.com")

	notAddress = gov.T("العنوان يتكون من المجمع والطريق والمبنى والشقة", "An address has a block, a road, a building and a flat").French("Une adresse a un îlot, une rue, un bâtiment et un appartement")
	badPart    = gov.T("اكتب حروفًا وأرقامًا فقط، 20 خانة على الأكثر", "Write letters and figures only, at most 20").French("Écrivez seulement des lettres et des chiffres, 20 au plus")
	notPoint   = gov.T("الموقع خط عرض من ‎-90 إلى 90 وخط طول من ‎-180 إلى 180", "A place has a latitude from -90 to 90 and a longitude from -180 to 180").French("Un lieu a une latitude de -90 à 90 et une longitude de -180 à 180")

	notFile      = gov.T("هذا ليس ملفًا رُفع هنا، فأرفق الملف من جديد", "This is not a file that was uploaded here; attach the file again").French("Ce fichier n’a pas été déposé ici ; joignez-le de nouveau")
	notYourFile  = gov.T("لم نجد هذا الملف بين ملفاتك، فأرفقه من جديد", "This file is not among yours; attach it again").French("Ce fichier n’est pas parmi les vôtres ; joignez-le de nouveau")
	emptyFile    = gov.T("الملف فارغ، فاختر ملفًا آخر", "The file is empty; choose another one").French("Le fichier est vide ; choisissez-en un autre")
	bigFile      = gov.T("الملف أكبر من المسموح به، والحد الأقصى %d كيلوبايت", "The file is too large; at most %d KB are allowed").French("Le fichier est trop lourd : %d Ko au plus")
	tooManyFiles = gov.T("الحد الأقصى لعدد الملفات %d، وعدد ما أرفقته %d", "At most %d files are allowed; you attached %d").French("%d fichiers au plus ; vous en avez joint %d")
	wrongType    = gov.T("نوع الملف غير مقبول هنا، والأنواع المقبولة: %s", "This type of file is not accepted here; accepted are: %s").French("Ce type de fichier n’est pas accepté ici ; sont acceptés : %s")
	falseName    = gov.T("محتوى الملف لا يطابق اسمه الذي ينتهي بـ ‎%s، فاحفظه بنوعه الصحيح ثم أرفقه", "The file's content is not what its name, ending in %s, says; save it as its real type and attach it again").French("Le contenu du fichier n’est pas ce que dit son nom, qui finit par %s ; enregistrez-le sous son vrai type et joignez-le de nouveau")
	unknownFile  = gov.T("لم نتعرف على نوع الملف من محتواه، فأرفق ملف PDF أو صورة", "The file's content is of no type we know; attach a PDF or a picture").French("Le type du fichier n’est pas connu ; joignez un PDF ou une image")
	heicFile     = gov.T("صور HEIC غير مقبولة، فاحفظ الصورة بصيغة JPEG ثم أرفقها", "HEIC pictures are not accepted; save the picture as JPEG and attach it again").French("Les images HEIC ne sont pas acceptées ; enregistrez l’image en JPEG et joignez-la de nouveau")

	notRows     = gov.T("الإجابة هنا قائمة سجلات", "The answer here is a list of entries").French("La réponse est ici une liste de lignes")
	tooManyRows = gov.T("الحد الأقصى لعدد السجلات %d، وعدد ما أضفته %d", "At most %d entries are allowed; you added %d").French("%d lignes au plus ; vous en avez ajouté %d")
	tooFewRows  = gov.T("الحد الأدنى لعدد السجلات %d، وعدد ما أضفته %d", "At least %d entries are needed; you added %d").French("Il faut au moins %d lignes ; vous en avez ajouté %d")
)

// months of the civil year, as they are called in the Gulf.
var months = []gov.Text{
	gov.T("يناير", "January").French("janvier"), gov.T("فبراير", "February").French("février"), gov.T("مارس", "March").French("mars"), gov.T("أبريل", "April").French("avril"), gov.T("مايو", "May").French("mai"),
	gov.T("يونيو", "June").French("juin"), gov.T("يوليو", "July").French("juillet"), gov.T("أغسطس", "August").French("août"), gov.T("سبتمبر", "September").French("septembre"), gov.T("أكتوبر", "October").French("octobre"),
	gov.T("نوفمبر", "November").French("novembre"), gov.T("ديسمبر", "December").French("décembre"),
}
