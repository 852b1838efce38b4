from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from js_asset import Script

from articles import publishing
from articles.body import BodyRefused
from articles.body.placement import warnings
from articles.models import Article, Byline, Edition

from .clock import in_newsroom_time
from .compare import paragraphs
from .conflict import conflict_of
from .deleting import DeletesWithCare
from .following import Following
from .form import ArticleForm
from .links import Links
from .lookups import Lookups
from .preview import Preview
from .standing import moment, standing_of
from .suggestions import Suggestions, proposals_link

_SCRIPTS = "session", "form", "toolbar", "tags", "suggestions"
_BYLINES = Prefetch("bylines", Byline.objects.select_related("author"))


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return Article.State.choices

    def queryset(self, request, queryset):
        state = self.value()
        if state not in Article.State.values:
            return queryset
        # What follows from the state and is soon known: without it, looking at all of 300,000
        # stories took 1.7 s in place of 0.2 s (SQLite, Nov 2026).
        live = Edition.objects.live().filter(article=OuterRef("pk"))
        if state == Article.State.CHANGED:
            queryset = queryset.filter(Exists(live.filter(version__lt=OuterRef("version"))))
        elif state != Article.State.LIVE:
            queryset = queryset.filter(~Exists(live))
        return queryset.filter(state=state)


class Stories(ChangeList):
    def get_queryset(self, request, exclude_parameters=None):
        articles = super().get_queryset(request, exclude_parameters)
        return articles.defer("body").prefetch_related(_BYLINES)

    def get_results(self, request):
        super().get_results(request)
        if not self.multi_page:  # Django would look through all stories a second time
            self.result_list = self.paginator.page(1).object_list


class UpTo(Paginator):
    """Counts no further than anybody turns pages; 300,000 stories are found by their words.

    Looks through the stories once: a page is picked from the keys that were counted.
    """

    most = 10_000

    @cached_property
    def keys(self):
        return list(self.object_list.values_list("pk", flat=True)[: self.most])

    @cached_property
    def count(self):
        return len(self.keys)

    def page(self, number):
        number = self.validate_number(number)
        keys = self.keys[(number - 1) * self.per_page : number * self.per_page]
        found = {story.pk: story for story in self.object_list.order_by().filter(pk__in=keys)}
        return self._get_page([found[key] for key in keys if key in found], number, self)


@admin.register(Article)
class ArticleAdmin(Links, Suggestions, Following, Lookups, Preview, DeletesWithCare):
    """The list of stories, and the form with its buttons."""

    form = ArticleForm
    autocomplete_fields = ["lead_image", "series", "translation_of"]
    fieldsets = [
        (None, {"fields": ["headline", "standfirst", "body"]}),
        (None, {"fields": ["section", "byline", "tags", "lead_image"]}),
        (None, {"fields": ["note", ("series", "part"), "translation_of"]}),
        (None, {"fields": ["slug", "language", "is_in_review"]}),
    ]
    fieldsets_for_reading = [
        (None, {"fields": ["headline", "standfirst", "text"]}),
        (None, {"fields": ["section", "signed", "tagged", "lead_image", "slug", "language"]}),
        (None, {"fields": ["note", "series", "part", "translation_of"]}),
    ]

    list_display = ["headline", "shown_state", "section", "signed", "saved"]
    list_filter = [StateFilter, "section"]
    list_select_related = ["section"]
    list_per_page = 50
    list_max_show_all = 0
    ordering = ["-updated_at"]
    paginator = UpTo
    search_fields = ["headline"]
    search_help_text = "Words of the headline, in the order in which they stand there."
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each count would look at every story
    sortable_by = ["saved"]
    view_on_site = False

    class Media:
        css = {"all": ["desk/desk.css", "desk/suggestions.css"]}
        js = [Script(f"desk/{name}.js", defer=True) for name in _SCRIPTS]

    # The list

    def get_queryset(self, request):
        return super().get_queryset(request).with_state()

    def get_changelist(self, request, **kwargs):
        return Stories

    def get_search_results(self, request, queryset, search_term):
        return queryset.matching(search_term) if search_term else queryset, False

    @in_newsroom_time
    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "Articles", **(extra_context or {})})

    @admin.display(description="state")
    def shown_state(self, article):
        planned = ""
        if article.live_next_at:
            planned = format_html("<br><small>from {}</small>", moment(article.live_next_at))
        return format_html(
            '<span class="desk-state" data-state="{}">{}</span>{}',
            article.state,
            Article.State(article.state).label,
            planned,
        )

    @admin.display(description="byline")
    def signed(self, article):
        return ", ".join(str(row.author) for row in article.bylines.all())

    @admin.display(description="saved", ordering="updated_at")
    def saved(self, article):
        return moment(article.updated_at)

    # The form

    @in_newsroom_time
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Django's own, around verbs that can refuse. Extra queries: see the test that counts."""
        article = object_id and self.get_object(request, unquote(object_id))
        if object_id and article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        may_save = (
            self.has_change_permission(request, article)
            if article
            else self.has_add_permission(request)
        )
        is_allowed = may_save or (
            article and request.method != "POST" and self.has_view_permission(request, article)
        )
        if not is_allowed:
            raise PermissionDenied
        if "_publish" in request.POST and not self.has_publish_permission(request):
            raise PermissionDenied

        conflict = None
        posted = request.POST if request.method == "POST" else None
        form = self._form(request, article, posted, may_save=may_save)
        if form.is_bound and form.is_valid():
            try:
                return self._saved(request, article, form)
            except publishing.StaleVersion as stale:
                conflict = conflict_of(
                    stale.current,
                    base_version=form.cleaned_data["base_version"],
                    mine=form.content(),
                    posted=request.POST,
                )
                form = self._form(request, article, conflict.posted, may_save=may_save)
            except (publishing.NotReady, publishing.BadMoment, BodyRefused, ValidationError) as why:
                form.refuse(why)
                # Nothing was saved, but the verb had given the story a version already.
                article = article and self.get_object(request, unquote(object_id))
        return self._shown(request, article, form, conflict, may_save=may_save)

    def _form(self, request, article, posted, *, may_save):
        fields = flatten_fieldsets(self.fieldsets)
        form_class = self.get_form(request, article, change=bool(article), fields=fields)
        wanted = Article(headline=request.GET.get("headline", "")[:200])  # by a line that waits
        form = form_class(posted, instance=article or wanted)
        if may_save:
            form.furnish(tags_url=reverse("admin:articles_article_tag_names"))
        return form

    def _saved(self, request, article, form):
        """Save, and publish if that button was pressed: both or neither."""
        typed = form.cleaned_data
        before = typed["base_version"]
        with transaction.atomic():
            saved = publishing.save(
                form.instance if article else Article(),
                base_version=before,
                by=request.user,
                **form.content(),
            )
            edition = None
            if "_publish" in request.POST:
                at, until = typed["live_from"], typed["live_until"]
                edition = publishing.publish(saved, by=request.user, at=at, until=until)
        if edition and edition.is_live():
            link = format_html('<a href="{0}">{0}</a>', edition.path)
            said = format_html("Published: readers see it at {}.", link)
        elif edition:
            said = f"Planned: readers see it from {moment(edition.live_from)}."
        elif saved.version == before:
            said = "Nothing had changed, so nothing was saved."
        else:
            said = f"Saved as version {saved.version}. Readers see no change until you publish it."
        leads_on = proposals_link(saved) if edition and edition.is_live() else ""
        self.message_user(request, format_html("{}{}", said, leads_on), messages.SUCCESS)
        for warning in warnings(saved.body):
            self.message_user(request, warning, messages.WARNING)
        log = self.log_change if article else self.log_addition
        if edition or saved.version != before:
            log(request, saved, said)
        return redirect("admin:articles_article_change", saved.pk)

    def _shown(self, request, article, form, conflict, *, may_save):
        fieldsets = self.fieldsets if may_save else self.fieldsets_for_reading
        readonly = () if may_save else flatten_fieldsets(fieldsets)
        adminform = helpers.AdminForm(form, fieldsets, {}, readonly, model_admin=self)
        standing = standing_of(article)
        may_publish = may_save and self.has_publish_permission(request)
        context = {
            **self.admin_site.each_context(request),
            "title": "Article" if article else "New article",
            "subtitle": str(article) if article else None,
            "adminform": adminform,
            "object_id": article and str(article.pk),
            "original": article,
            "is_popup": False,
            "to_field": None,
            "media": self.media + adminform.media if may_save else self.media,
            "inline_admin_formsets": [],
            "errors": helpers.AdminErrorList(form, []),
            "preserved_filters": self.get_preserved_filters(request),
            "standing": standing,
            "conflict": conflict,
            "may_save": may_save,
            "may_publish": may_publish,
            "may_refuse": may_save
            and bool(article)
            and self.may_refuse(request, article, is_live=standing.is_live),
            "has_refused": bool(article) and article.refused_lines.exists(),
            "may_withdraw": may_publish and standing.is_on_site,
            "may_correct": may_publish and standing.is_live,
        }
        add = article is None
        return self.render_change_form(request, context, add=add, change=not add, obj=article)

    @admin.display(description="text")
    def text(self, article):
        return format_html_join("", "<p>{}</p>", ((part,) for part in paragraphs(article.body)))

    @admin.display(description="tags")
    def tagged(self, article):
        return ", ".join(article.tags.names())

    # Deleting

    def why_kept(self, thing):
        if thing.editions.exists():
            return f"“{thing}” has been published, so it is kept for ever. Withdraw it instead."
        return super().why_kept(thing)
