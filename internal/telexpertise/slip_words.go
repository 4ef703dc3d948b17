package telexpertise

import (
	"fmt"

	"maillage/internal/platform/i18n"
	"maillage/internal/platform/pdf/script"
)

// Language is one in which a patient's slip is printed. Right tells that it is written from right to left.
type Language struct {
	Code, Name string
	Right      bool
}

// say puts values into a sentence of the language; a date, an address or a telephone number keeps its own order in a sentence written
// from right to left.
func (l Language) say(sentence string, values ...string) string {
	in := make([]any, len(values))
	for i, v := range values {
		if l.Right {
			v = script.Isolate(v)
		}
		in[i] = v
	}
	return fmt.Sprintf(sentence, in...)
}

// SlipLanguages lists them, each under its own name.
var SlipLanguages = []Language{
	{"fr", "Français", false}, {"en", "English", false}, {"ar", "العربية", true}, {"tr", "Türkçe", false}, {"pt", "Português", false}, {"zh", "中文", false},
}

// SlipWords are the sentences of a slip in one language. Visit takes a moment and a place, Come a telephone number, NoNews a day and a
// telephone number. Nothing and NoNews hold while no visit stands; Visit and Come once one does.
type SlipWords struct{ Title, What, Nothing, Visit, Come, NoNews, Worse, Code, Ended string }

// Now says what the patient is to do, what matters most first: come on the day of the visit, or wait and call.
func (w SlipWords) Now(s Slip) []string {
	l := LanguageOf(s.Lang)
	if s.Visit == nil {
		return []string{w.Nothing, l.say(w.NoNews, s.NewsBy.In(i18n.Paris).Format("02/01/2006"), s.Phone)}
	}
	return []string{l.say(w.Visit, s.Visit.In(i18n.Paris).Format("02/01/2006 15:04"), s.Place), l.say(w.Come, s.Phone)}
}

// SlipTexts holds the sentences by language.
var SlipTexts = map[string]SlipWords{
	"fr": {"Votre demande d’avis médical", "Votre médecin a demandé l’avis d’un spécialiste.", "Vous n’avez rien à faire pour l’instant.",
		"Un rendez-vous est prévu le %s, à cette adresse : %s.", "Venez ce jour-là, à cette heure. Si vous ne pouvez pas venir, appelez le %s.", "Sans nouvelles le %s, appelez le %s.", "Si quelque chose s’aggrave avant, appelez votre médecin ; en cas d’urgence, le 15 ou le 112.",
		"Ce code mène à cette même page, à jour. Gardez-le pour vous.", "Cette demande est terminée. Pour toute question, appelez votre médecin."},
	"en": {"Your request for a medical opinion", "Your doctor has asked a specialist for an opinion.", "You have nothing to do for now.",
		"A visit is planned on %s, at this address: %s.", "Please come on that day, at that time. If you cannot come, call %s.", "If you have no news by %s, call %s.", "If anything gets worse before, call your doctor; in an emergency, 15 or 112.",
		"This code leads to this page, up to date. Keep it to yourself.", "This request has ended. For any question, call your doctor."},
	"ar": {"طلب الرأي الطبي الخاص بكم", "طلب طبيبكم رأي اختصاصي.", "ليس عليكم القيام بأي شيء في الوقت الحالي.",
		"تم تحديد موعد في %s، في هذا العنوان: %s.", "احضروا في ذلك اليوم وفي تلك الساعة. إذا تعذر عليكم الحضور، فاتصلوا بالرقم %s.", "إذا لم تصلكم أخبار حتى %s، اتصلوا بالرقم %s.", "إذا ساءت الحالة قبل ذلك، اتصلوا بطبيبكم؛ وفي حالة الطوارئ اتصلوا بالرقم 15 أو 112.",
		"يؤدي هذا الرمز إلى هذه الصفحة محدثة. احتفظوا به لأنفسكم.", "انتهى هذا الطلب. لأي سؤال، اتصلوا بطبيبكم."},
	"tr": {"Tıbbi görüş talebiniz", "Doktorunuz bir uzmandan görüş istedi.", "Şimdilik yapmanız gereken bir şey yok.",
		"%s tarihinde, şu adreste bir randevu planlandı: %s.", "O gün, o saatte gelin. Gelemeyecekseniz %s numarasını arayın.", "%s tarihine kadar haber almazsanız %s numarasını arayın.", "Bu arada durum kötüleşirse doktorunuzu arayın; acil durumda 15 veya 112.",
		"Bu kod sizi bu sayfanın güncel hâline götürür. Kimseyle paylaşmayın.", "Bu talep sona erdi. Sorularınız için doktorunuzu arayın."},
	"pt": {"O seu pedido de parecer médico", "O seu médico pediu o parecer de um especialista.", "Por enquanto, não tem de fazer nada.",
		"Está prevista uma consulta em %s, nesta morada: %s.", "Venha nesse dia, a essa hora. Se não puder vir, ligue para %s.", "Se não tiver notícias até %s, ligue para %s.", "Se algo piorar entretanto, ligue ao seu médico; em caso de urgência, 15 ou 112.",
		"Este código leva a esta página, atualizada. Guarde-o só para si.", "Este pedido terminou. Para qualquer questão, ligue ao seu médico."},
	"zh": {"您的医疗意见申请", "您的医生已向专科医生征求意见。", "目前您无需做任何事。",
		"已安排于 %s 就诊，地址：%s。", "请在当天按时就诊。如无法前来，请拨打 %s。", "如果到 %s 仍无消息，请拨打 %s。", "如果在此之前情况恶化，请致电您的医生；紧急情况请拨打 15 或 112。",
		"此二维码指向本页的最新内容，请妥善保管。", "此申请已结束。如有疑问，请致电您的医生。"},
}

// LanguageOf finds a language of slips; French when there is none of that code.
func LanguageOf(code string) Language {
	for _, l := range SlipLanguages {
		if l.Code == code {
			return l
		}
	}
	return SlipLanguages[0]
}
