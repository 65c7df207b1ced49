package catalogue

import "diwan.example/gov"

var (
	idLabel    = gov.T("الرمز", "Code")
	idHint     = gov.T("للإشارة إليه من قسم آخر، بحروف لاتينية صغيرة، مثل \u2066card\u2069", "To point to it from another section, in small letters, like card")
	idField    = Field{ID: "id", Label: idLabel, Hint: idHint, Kind: Line, Rare: true}
	nameField  = Field{ID: "name", Label: gov.T("الاسم", "Name"), Kind: Phrase, Needed: true}
	moreField  = Field{ID: "description", Label: gov.T("الوصف", "Description"), Kind: Prose}
	typesField = Field{ID: "types", Label: gov.T("الأنواع", "Types"), Hint: gov.T("رموز من قائمة معتمدة، بينها فاصلة", "Codes of a published list, with commas between them"), Kind: Names, Rare: true}
	hoursField = Field{ID: "hours", Label: gov.T("ساعات العمل", "Opening hours"), Hint: gov.T("مثل: الأحد-الخميس 07:00-14:15؛ السبت 08:00-12:00", "Like: Sunday-Thursday 07:00-14:15; Saturday 08:00-12:00"), Kind: Opening}
	hoursNote  = Field{ID: "hours_note", Label: gov.T("ملاحظة على الساعات", "Note on the hours"), Kind: Phrase, Rare: true}
	spoken     = Field{ID: "languages", Label: gov.T("اللغات", "Languages"), Kind: Codes, Choices: LanguageWords, Rare: true}
	points     = gov.T("ما يشير إليه، برموز بينها فاصلة", "The codes of what it points to, with commas between them")
)

// rare puts a field aside.
func rare(f Field) Field { f.Rare = true; return f }

// asked says that a field must not be empty.
func asked(f Field) Field { f.Needed = true; return f }

// Parts are the sections of an entry, in the order in which they are written.
// Between them they name every field that an entry has.
var Parts = []Part{
	{ID: "what", Name: gov.T("ما هي الخدمة", "What it is"), Lead: gov.T("اسم الخدمة ووصفها كما يبحث عنها الناس.", "The service's name and description, as people look for it."), Fields: []Field{
		{ID: "name", Label: gov.T("اسم الخدمة", "Name of the service"), Hint: gov.T("باسم ما يحصل عليه الناس، من غير اسم الجهة", "Named after what people get, without the name of the entity"), Kind: Phrase, Needed: true},
		{ID: "description", Label: gov.T("الوصف", "Description"), Hint: gov.T("جملة أو جملتان: ما الخدمة، ولمن، وماذا ينال مقدم الطلب", "A sentence or two: what it is, for whom, and what the applicant gets"), Kind: Prose, Needed: true},
		{ID: "keywords", Label: gov.T("كلمات البحث", "Words to be found by"), Hint: gov.T("كلمات أخرى يسميها الناس بها، بينها فاصلة", "Other words that people use for it, with commas between them"), Kind: Phrases},
		{ID: "status", Label: gov.T("الحالة", "Status"), Kind: Code, Choices: StatusWords},
		{ID: "internal", Label: gov.T("خدمة داخلية تقدَّم للجهات الحكومية فقط", "Internal: offered inside the government only"), Kind: Flag},
		rare(spoken),
		{ID: "types", Label: gov.T("تصنيف الخدمة", "Types of service"), Hint: gov.T("رموز من قائمة معتمدة مثل COFOG، بينها فاصلة", "Codes of a published list such as COFOG, with commas between them"), Kind: Names, Rare: true},
		{ID: "themes", Label: gov.T("المجالات الموضوعية", "Thematic areas"), Kind: Names, Rare: true},
		{ID: "sectors", Label: gov.T("القطاعات", "Sectors"), Kind: Names, Rare: true},
		{ID: "classes", Label: gov.T("تصنيفات أخرى", "Other classifications"), Kind: Names, Rare: true},
		{ID: "places", Label: gov.T("أماكن تقديمها", "Where it is offered"), Hint: gov.T("تُترك فارغة إن كانت تقدَّم في كل مكان", "Leave empty when it is offered everywhere"), Kind: Names, Rare: true},
	}},
	{ID: "who", Name: gov.T("من يطلبها", "Who may ask"), Lead: gov.T("لمن الخدمة، وفي أي حدث من حياته يحتاجها، وما الشروط.", "Whom the service is for, at which event of life they need it, and the conditions."), Fields: []Field{
		{ID: "audience", Label: gov.T("لمن الخدمة", "For whom"), Kind: Codes, Choices: AudienceWords},
		{ID: "life_events", Label: gov.T("أحداث الحياة", "Life events"), Kind: Codes, From: "life-event"},
		{ID: "requirements", Label: gov.T("الشروط", "Requirements"), Row: gov.T("شرط", "Requirement"), Kind: List, Fields: []Field{
			nameField, moreField, {ID: "kind", Label: gov.T("نوع الشرط", "Kind"), Kind: Code, Choices: RequirementWords}, idField, typesField,
			{ID: "evidence", Label: gov.T("المستندات التي تثبته", "Evidence that shows it"), Hint: points, Kind: Names, Rare: true},
			{ID: "fulfils", Label: gov.T("القواعد التي جاء منها", "Rules it comes from"), Hint: points, Kind: Names, Rare: true},
		}},
	}},
	{ID: "asked", Name: gov.T("ما يُطلب من مستندات", "What is asked for"), Lead: gov.T("المستندات والبيانات التي يُطلب من صاحب الطلب إبرازها.", "The documents and data that an applicant is asked to show."), Fields: []Field{
		{ID: "evidence", Label: gov.T("المستندات", "Evidence"), Row: gov.T("مستند", "Document"), Kind: List, Fields: []Field{
			nameField, moreField, {ID: "optional", Label: gov.T("اختياري", "Optional"), Kind: Flag},
			{ID: "issuer", Label: gov.T("الجهة الحكومية التي تصدره", "The public body that issues it"), Kind: Code, From: "organisation"},
			{ID: "page", Label: gov.T("صفحة تشرحه", "A page about it"), Kind: Link, Rare: true}, idField,
			{ID: "type", Label: gov.T("النوع", "Type"), Kind: Line, Rare: true}, spoken,
			{ID: "attribute", Label: gov.T("ما يثبته، من المفردات المشتركة", "What it states, in the shared vocabulary"), Kind: Line, Rare: true},
		}},
	}},
	{ID: "channels", Name: gov.T("القنوات وساعات العمل", "Channels and hours"), Lead: gov.T("كيف يصل الناس إلى الخدمة، ومتى.", "How people reach the service, and when."), Fields: []Field{
		{ID: "channels", Label: gov.T("القنوات", "Channels"), Row: gov.T("قناة", "Channel"), Kind: List, Needed: true, Fields: []Field{
			{ID: "kind", Label: gov.T("القناة", "Channel"), Kind: Code, Choices: ChannelWords, Needed: true},
			{ID: "url", Label: gov.T("الرابط", "Address on the web"), Kind: Link}, {ID: "phone", Label: gov.T("الهاتف", "Phone"), Kind: Phone}, {ID: "email", Label: gov.T("البريد الإلكتروني", "E-mail"), Kind: Email},
			{ID: "address", Label: gov.T("العنوان", "Address"), Kind: Phrase}, hoursField, hoursNote, rare(moreField),
			{ID: "working_days", Label: gov.T("أيام العمل إن اختلفت في هذه القناة", "Working days, when they differ on this channel"), Kind: Number, Rare: true},
			{ID: "owner", Label: gov.T("الجهة التي تدير القناة", "Who keeps the channel"), Hint: gov.T("تُترك فارغة إن كانت جهة الخدمة نفسها", "Leave empty when it is the entity itself"), Kind: Code, From: "organisation", Rare: true}, idField,
			{ID: "evidence", Label: gov.T("مستندات تطلب في هذه القناة وحدها", "Evidence asked for on this channel only"), Hint: points, Kind: Names, Rare: true},
		}},
	}},
	{ID: "cost", Name: gov.T("الرسوم", "Cost"), Lead: gov.T("ما يدفعه مقدم الطلب. من غير رسوم تكون الخدمة مجانية.", "What the applicant pays. Without a cost the service is free."), Fields: []Field{
		{ID: "cost", Label: gov.T("الرسوم", "Costs"), Row: gov.T("رسم", "Cost"), Kind: List, Fields: []Field{
			{ID: "amount", Label: gov.T("المبلغ", "Amount"), Kind: Amount}, {ID: "rule", Label: gov.T("مقابل ماذا، أو كيف يُحسب", "What it is for, or how it is worked out"), Kind: Prose},
			{ID: "channel", Label: gov.T("القناة التي يخصها", "The channel it holds for"), Hint: gov.T("رمز القناة أو ترتيبها، ويُترك فارغًا لكل القنوات", "The channel's code or its place in the list; leave empty for all"), Kind: Line, Rare: true},
			{ID: "currency", Label: gov.T("العملة إن اختلفت", "The currency, when it differs"), Kind: Line, Rare: true},
			{ID: "for", Label: gov.T("الجهة التي حددته", "Who defined it"), Kind: Code, From: "organisation", Rare: true}, idField,
		}},
	}},
	{ID: "time", Name: gov.T("المدة والحجم", "Time and volume"), Lead: gov.T("كم تستغرق الخدمة، وكم مرة تُطلب في السنة.", "How long it takes, and how often it is asked for in a year."), Fields: []Field{
		{ID: "working_days", Label: gov.T("مدة الإنجاز بأيام العمل", "Processing time in working days"), Hint: gov.T("0 لما يُنجز فورًا؛ وتُترك فارغة إن لم توثق بعد", "0 for what is done at once; leave empty while it is not documented"), Kind: Days},
		{ID: "yearly", Label: gov.T("عدد الطلبات في السنة، تقديرًا", "Applications a year, estimated"), Kind: Number},
	}},
	{ID: "outputs", Name: gov.T("ما ينتج عنها", "What one gets"), Lead: gov.T("ما يحصل عليه صاحب الطلب في النهاية.", "What the applicant has in hand at the end."), Fields: []Field{
		{ID: "outputs", Label: gov.T("المخرجات", "Outputs"), Row: gov.T("مخرج", "Output"), Kind: List, Fields: []Field{nameField, moreField, idField, typesField, spoken}},
	}},
	{ID: "legal", Name: gov.T("السند القانوني", "Legal basis"), Lead: gov.T("القوانين والقرارات التي تقوم عليها الخدمة.", "The laws and decisions on which the service stands."), Fields: []Field{
		{ID: "legal", Label: gov.T("السند القانوني", "Legal resources"), Row: gov.T("سند", "Legal resource"), Kind: List, Fields: []Field{
			nameField, {ID: "url", Label: gov.T("رابط النص", "Where its text is"), Kind: Link}, rare(moreField), idField,
			{ID: "related", Label: gov.T("أسانيد متصلة به", "Related legal resources"), Hint: points, Kind: Names, Rare: true},
		}},
	}},
	{ID: "rules", Name: gov.T("القواعد المنظمة", "Rules"), Lead: gov.T("الأدلة والتعليمات التي تقدَّم الخدمة بموجبها.", "Manuals and instructions by which the service is given."), Fields: []Field{
		{ID: "rules", Label: gov.T("القواعد", "Rules"), Row: gov.T("قاعدة", "Rule"), Kind: List, Fields: []Field{
			nameField, asked(moreField), {ID: "type", Label: gov.T("النوع", "Type"), Kind: Line, Rare: true}, spoken, idField,
			{ID: "implements", Label: gov.T("الأسانيد التي تنفذها", "Legal resources it implements"), Hint: points, Kind: Names, Rare: true},
		}},
	}},
	{ID: "contact", Name: gov.T("التواصل", "Contact"), Lead: gov.T("أين يسأل الناس عن الخدمة.", "Where people ask about the service."), Fields: []Field{
		{ID: "contacts", Label: gov.T("جهات الاتصال", "Contact points"), Row: gov.T("جهة اتصال", "Contact point"), Kind: List, Fields: []Field{
			{ID: "name", Label: gov.T("الاسم", "Name"), Kind: Phrase}, {ID: "phone", Label: gov.T("الهاتف", "Phone"), Kind: Phone}, {ID: "email", Label: gov.T("البريد الإلكتروني", "E-mail"), Kind: Email},
			{ID: "page", Label: gov.T("صفحة على الإنترنت", "A page on the web"), Kind: Link}, hoursField, hoursNote, idField,
		}},
	}},
	{ID: "others", Name: gov.T("خدمات وجهات أخرى", "Other services and bodies"), Lead: gov.T("ما يلزم قبلها من خدمات، وما يتصل بها، ومن يشارك فيها.", "Services needed first, services related to it, and who takes part."), Fields: []Field{
		{ID: "requires", Label: gov.T("خدمات تلزم قبلها", "Services needed first"), Hint: gov.T("أرقام الخدمات وبينها فاصلة، مثل \u2066traffic/licence-renewal\u2069", "Ids of services with commas between them, like traffic/licence-renewal"), Kind: Names},
		{ID: "related", Label: gov.T("خدمات متصلة بها", "Related services"), Kind: Names},
		{ID: "participants", Label: gov.T("الجهات المشاركة", "Participants"), Row: gov.T("مشارك", "Participant"), Kind: List, Fields: []Field{
			{ID: "organisation", Label: gov.T("الجهة", "Organisation"), Kind: Code, From: "organisation", Needed: true},
			{ID: "roles", Label: gov.T("الأدوار", "Roles"), Hint: gov.T("رموز بينها فاصلة", "Codes with commas between them"), Kind: Names, Needed: true}, asked(moreField), idField,
		}},
	}},
	{ID: "online", Name: gov.T("المستوى الإلكتروني", "Online level"), Lead: gov.T("ما تعلنه الجهة، برابط وتاريخ. ما يثبت من المعاملات هنا يُعرض منفصلًا عنه.", "What the entity declares, with link and date. What is proven by cases here is shown apart from it."), Fields: append([]Field{
		{ID: "online.level", Label: gov.T("المستوى المعلن", "Declared level"), Kind: Code, Choices: LevelWords, Whole: true},
		{ID: "online.declared", Label: gov.T("تاريخ الإعلان", "Day of the statement"), Kind: Day},
		{ID: "online.link", Label: gov.T("رابط يُرى فيه ذلك", "A link where one can see it"), Kind: Link},
	}, pointFields()...)},
	{ID: "procedure", Name: gov.T("الإجراء", "Procedure"), Told: true, Fields: []Field{
		{ID: "as_is.since", Label: gov.T("الإجراء الحالي منذ", "The present procedure since"), Kind: Day}, stepList("as_is.steps", gov.T("خطوات الإجراء الحالي", "Steps as they are")),
		{ID: "to_be.since", Label: gov.T("الإجراء المستهدف من", "The procedure to be from"), Kind: Day}, stepList("to_be.steps", gov.T("خطوات الإجراء المستهدف", "Steps as they shall be")),
		{ID: "uri", Label: gov.T("اسمها في الدليل المنقولة منه", "Its name in the catalogue it came from"), Kind: Line},
	}},
}

func pointFields() (out []Field) {
	for _, p := range PointWords {
		out = append(out, Field{ID: "online.points." + p.Code, Label: p.Text, Kind: Code, Choices: AnswerWords})
	}
	return out
}

func stepList(id string, label gov.Text) Field {
	return Field{ID: id, Label: label, Row: gov.T("خطوة", "Step"), Kind: List, Fields: []Field{
		{ID: "title", Label: gov.T("العنوان", "Title"), Kind: Phrase}, idField, {ID: "kind", Label: gov.T("النوع", "Kind"), Kind: Code, Choices: StepWords},
		{ID: "organisation", Label: gov.T("الجهة", "Organisation"), Kind: Code, From: "organisation"}, {ID: "role", Label: gov.T("من يعمل عليها", "Who works on it"), Kind: Code, Choices: RoleWords}, {ID: "next", Label: gov.T("ما يليها", "Next steps"), Kind: Names},
		{ID: "share", Label: gov.T("نسبة الطلبات التي تمر بها", "Share of cases, in percent"), Kind: Number}, {ID: "documents", Label: gov.T("المستندات المطلوبة فيها", "Documents asked"), Kind: Names},
		{ID: "visit", Label: gov.T("تتطلب الحضور", "The person must come"), Kind: Flag}, {ID: "channel", Label: gov.T("القناة", "Channel"), Kind: Code, Choices: ChannelWords},
		{ID: "days", Label: gov.T("أيام العمل", "Working days"), Kind: Line}, {ID: "theirs", Label: gov.T("دقائق من وقت الشخص", "Minutes of the person's time"), Kind: Number},
		{ID: "ours", Label: gov.T("دقائق من وقت الموظفين", "Minutes of officers' time"), Kind: Number}, {ID: "spent", Label: gov.T("ما ينفقه الشخص", "What the person spends"), Kind: Amount},
	}}
}
