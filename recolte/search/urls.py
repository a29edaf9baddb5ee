from django.urls import path

from recolte.search import views

urlpatterns = [path("recherche/", views.search_page, name="search")]
